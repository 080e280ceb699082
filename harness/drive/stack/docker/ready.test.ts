/** Who is told of as not ready, from what an engine answers on a socket of its own. */

import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { targetSchema, type Target, type TargetInput } from "../../../scenario/target/target.ts";
import { runLabel } from "../../supervisor/system/engine-containers.ts";
import type { BootedNodes } from "../embedded.ts";
import { containersOf } from "./containers.ts";
import { serviceLabel } from "./interpose.ts";
import { untilAllReady } from "./ready.ts";

const run = "some-run";

interface State {
  readonly Running?: boolean;
  readonly Health?: { readonly Status: string; readonly Log: readonly { readonly Output: string }[] };
}

/** Waits for all of `nodes`, whose containers are in `states`; they print nothing. */
async function late(nodes: TargetInput["nodes"], states: Readonly<Record<string, State>>): Promise<{ told: BootedNodes[]; error: unknown }> {
  using folder = temporaryFolder();
  const path = join(folder.path, "engine.sock");
  const labels = (service: string): Record<string, string> => ({ [runLabel]: run, [serviceLabel]: service });
  const listed = Object.keys(states).map((service) => ({ Id: service, Labels: labels(service) }));
  const inspected = (id: string): unknown => ({ Id: id, Name: `/${id}-1`, State: { Running: true, ...states[id] }, Config: { Labels: labels(id) }, HostConfig: {}, NetworkSettings: {} });
  const server = createServer(({ url = "" }, response) => {
    const [, id] = /\/containers\/([a-z]+)\/json/.exec(url) ?? [];
    response.end(url.includes("/logs") ? "" : JSON.stringify(url.includes("/containers/json") ? listed : inspected(id ?? "")));
  });
  server.listen(path);
  await once(server, "listening");
  const target: Target = targetSchema.parse({ name: "late", title: "Late", compose: { files: ["compose.yaml"] }, nodes });
  const told: BootedNodes[] = [];
  const scene = { target, containers: containersOf(target, { endpoint: `unix://${path}`, run }), addresses: addressesOf(target) };
  const error: unknown = await untilAllReady(scene, { signal: new AbortController().signal, onNotReady: (each) => told.push(each) }).then(
    () => null,
    (problem: unknown) => problem,
  );
  server.closeAllConnections();
  server.close();
  return { told, error };
}

/** Nothing listens on the port of a store. */
function addressesOf({ nodes }: Target): Parameters<typeof untilAllReady>[0]["addresses"] {
  const of = ([name, { kind }]: [string, Target["nodes"][string]]): [string, Parameters<typeof untilAllReady>[0]["addresses"]["nodes"][string]] => [name, kind === "redis" ? { kind, ports: { main: { host: "127.0.0.1", port: 1 } } } : { kind: "process", ports: {} }];
  return { nodes: Object.fromEntries(Object.entries(nodes).map(of)), links: {} };
}

const api = { kind: "container", ready: { by: "log", line: "ready", within: "1ms" } } as const;
const notReady = expect.objectContaining({ code: "target-not-ready", message: expect.stringMatching(/^api was not ready within 0\.001 s/) });

test("a service that is late while all that it needs is there is told of", async () => {
  const { told, error } = await late({ api: { ...api, needs: ["files"] }, files: { kind: "container" } }, { api: {}, files: {} });
  expect(error).toEqual(notReady);
  expect(told).toEqual([{ ready: ["files"], notReady: ["api"] }]);
});

test("CON-96: a service that is late is not told of while a store is not there yet, or what it needs", async () => {
  const store = await late({ api, store: { kind: "redis" } }, { api: {}, store: {} });
  expect(store.error).toEqual(notReady);
  expect(store.told).toEqual([]);
  const needed = await late({ api: { ...api, needs: ["files"] }, files: { kind: "container" } }, { api: {}, files: { Running: false } });
  expect(needed.error).toEqual(notReady);
  expect(needed.told).toEqual([]);
});

test("R32: what a health check said is cut between words, so that no half of a secret is left that nothing finds", async () => {
  const said = `${"word ".repeat(39)}Zx9kkq7w2-and-more than that`;
  const { error } = await late({ api }, { api: { Health: { Status: "unhealthy", Log: [{ Output: said }] } } });
  expect(error).toMatchObject({ message: expect.stringContaining("says unhealthy: word word") });
  expect(String(error)).not.toContain("Zx9k");
});
