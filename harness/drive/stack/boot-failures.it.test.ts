/** What keeps a stack of containers from coming up: one clear error each, with what helps and its exit code. Those that need an engine say so. */

import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodes, type ErrorCode } from "../../base/error.ts";
import { freshToken } from "../../base/random.ts";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { targetSchema, type Target, type TargetInput } from "../../scenario/target/target.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { listContainers } from "../supervisor/system/engine-containers.ts";
import type { Supervisor } from "../supervisor/client.ts";
import type { BootedNodes } from "./embedded.ts";
import { bootDocker } from "./docker.ts";
import { readersOptions } from "./docker/readers.fixture.ts";
import { testImages } from "./docker/test-images.fixture.ts";
import { composePlugin } from "./tools/compose-plugin.ts";
import { engineEndpoint, engineVersion } from "./tools/container-engine.ts";
import { findTool } from "./tools/go-tool.ts";

const endpoint = engineEndpoint();
const images = await engineVersion(endpoint).then(
  () => testImages(endpoint),
  () => null,
);
const hasCompose = findTool(composePlugin) !== null;

const folder = temporaryFolder();
let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startSupervisor({ run: `failing-${freshToken(8)}`, stateFolder: folder.path });
});

afterAll(async () => {
  const ended = await supervisor.close();
  folder[Symbol.dispose]();
  if (!ended.complete) throw new Error(`left: ${JSON.stringify(ended.left)}`);
});

interface Attempt {
  readonly compose?: string;
  readonly target?: Partial<TargetInput>;
  /** Of DOCKER_HOST. */
  readonly engine?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

interface Failed {
  readonly error: unknown;
  readonly told: readonly BootedNodes[];
}

const web = (ready: string): string => `
services:
  web: { image: "\${BUSYBOX}", command: [httpd, -f, -p, "7000", -h, /], ports: ["7000:7000"]${ready} }
`;

/** Boots what cannot be booted. Nothing of it may be left. */
async function attempt({ compose = web(""), target = {}, engine = endpoint, environment = {} }: Attempt): Promise<Failed> {
  writeFileSync(join(folder.path, "compose.yaml"), compose);
  const run = `failing-${freshToken(8)}`;
  const told: BootedNodes[] = [];
  const options = readersOptions(supervisor, { run, folder: folder.path, images: images ?? { busybox: "roadworthy-it/none", toxiproxy: "roadworthy-it/none" } });
  const wanted: Target = targetSchema.parse({ name: "failing", title: "Failing", compose: { files: ["compose.yaml"] }, nodes: { web: { kind: "container", ports: { main: 7000 } } }, ...target });
  const error: unknown = await bootDocker(wanted, { ...options, environment: { ...options.environment, DOCKER_HOST: engine, ...environment }, onNotReady: (nodes) => told.push(nodes) }).then(
    () => "it came up",
    (problem: unknown) => problem,
  );
  expect(await listContainers({ endpoint: engine, run }).catch(() => [])).toEqual([]);
  return { error, told };
}

function refusal(code: ErrorCode, message: RegExp, hint: RegExp): unknown {
  const exitCode = code === "not-allowed" || code === "target-invalid" ? exitCodes.usage : exitCodes.unavailable;
  return expect.objectContaining({ code, exitCode, message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
}

/** Answers every call in the same way, on a socket of its own. */
async function engineThatSays(body: unknown): Promise<{ readonly engine: string; readonly server: Server }> {
  const path = join(folder.path, "engine.sock");
  const server = createServer((_request, response) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)));
  server.listen(path);
  await once(server, "listening");
  return { engine: `unix://${path}`, server };
}

test("no engine at all, one that is not running, one that is too old, one of a kind that is not understood", async () => {
  const missing = await attempt({ engine: "unix:///nowhere/engine.sock" });
  expect(missing.error).toEqual(refusal("stack-unavailable", /there is no container engine at unix:\/\/\/nowhere/, /install Docker Engine 20\.10 or newer and start it.*DOCKER_HOST/));
  const stopped = await attempt({ engine: "tcp://127.0.0.1:1" });
  expect(stopped.error).toEqual(refusal("stack-unavailable", /is not running/, /systemctl start docker/));
  const { engine, server } = await engineThatSays({ Version: "19.03.15", ApiVersion: "1.40" });
  expect((await attempt({ engine })).error).toEqual(refusal("stack-unavailable", /19\.03\.15, which is too old/, /20\.10 or newer/));
  server.close();
  rmSync(join(folder.path, "engine.sock"), { force: true });
  const elsewhere = await attempt({ engine: "tcp://192.0.2.1:2375" });
  expect(elsewhere.error).toEqual(refusal("not-allowed", /192\.0\.2\.1/, /./));
  expect((await attempt({ engine: "ssh://somewhere" })).error).toEqual(refusal("stack-unavailable", /not understood/, /set DOCKER_HOST/));
});

test("no Compose where it was named", async () => {
  const { engine, server } = await engineThatSays({ Version: "20.10.24", ApiVersion: "1.41" });
  const bare = await attempt({ engine, environment: { ROADWORTHY_COMPOSE: "/nowhere/docker-compose" } });
  expect(bare.error).toEqual(refusal("tool-missing", /ROADWORTHY_COMPOSE names \/nowhere/, /docker-compose/));
  server.close();
});

const real = describe.skipIf(images === null || !hasCompose);

real("with an engine", () => {
  test.each<[string, Attempt, unknown]>([
    ["a compose file that is broken", { compose: "services: { web: { image: [1, 2] } }" }, refusal("target-invalid", /compose cannot read compose\.yaml: .*image/, /docker compose config/)],
    ["a compose file that is not there", { target: { compose: { files: ["other.yaml"] } } }, refusal("target-invalid", /other\.yaml/, /docker compose config/)],
    ["a node whose service is not there", { target: { nodes: { shop: { kind: "container", ports: { main: 1 } } } } }, refusal("target-invalid", /no service "shop"/, /services are: web/)],
    ["an image that is nowhere", { compose: web("").replaceAll('"${BUSYBOX}"', "127.0.0.1:1/shop/api:1") }, refusal("stack-unavailable", /an image is not here and cannot be pulled \(127\.0\.0\.1:1\/shop\/api:1\)/, /--env NAME=image/)],
    ["no image of the proxy", { environment: { TOXIPROXY_IMAGE: "127.0.0.1:1/toxiproxy:1" } }, refusal("stack-unavailable", /cannot be pulled \(TOXIPROXY_IMAGE: 127\.0\.0\.1:1\/toxiproxy:1\)/, /./)],
    ["a service with all rights, the engine's socket and data of the machine", { compose: web(', privileged: true, volumes: ["/var/run/docker.sock:/s", "/srv/data:/data"]') }, refusal("not-allowed", /the engine's socket.*\/srv\/data.*privileged/s, /roadworthy\.allow\.yaml/)],
  ])("%s", async (_title, what, refused) => {
    const { error, told } = await attempt(what);
    expect(error).toEqual(refused);
    expect(told).toEqual([]);
  });

  test("a service that never gets ready is told of, so that an objective on the boot can fail", async () => {
    const deaf = { kind: "container", ports: { main: 7000 }, ready: { by: "http", path: "/nothing-there", within: "1s" } } as const;
    const { error, told } = await attempt({ target: { nodes: { web: deaf } } });
    expect(error).toEqual(refusal("target-not-ready", /web was not ready within 1 s: /, /ready\.within/));
    expect(told).toEqual([{ ready: [], notReady: ["web"] }]);
  });

  test("so is one whose own health check says no while others wait for it", async () => {
    const compose = `${web(', healthcheck: { test: ["CMD", "busybox", "false"], interval: 1s, retries: 1 }').trimEnd()}\n  user: { image: "\${BUSYBOX}", command: [sleep, "600"], depends_on: { web: { condition: service_healthy } } }\n`;
    const { error, told } = await attempt({ compose, target: { nodes: { web: { kind: "container", ports: { main: 7000 } }, user: { kind: "container" } } } });
    expect(error).toEqual(refusal("target-not-ready", /a service did not come up: .*web-1 is unhealthy/, /./));
    expect(told).toEqual([{ ready: [], notReady: ["web"] }]);
  });
});
