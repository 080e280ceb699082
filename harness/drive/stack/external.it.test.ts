/** A system that is up already: reached where it is, disturbed by its own Toxiproxy, and otherwise left alone. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dice, freshToken } from "../../base/random.ts";
import { timeoutSignal } from "../../base/time.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import { targetSchema, type TargetInput } from "../../scenario/target/target.ts";
import { injectFault, unavailableFault } from "../faults/index.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { nodeAddress } from "./address.ts";
import { bootEmbedded } from "./embedded.ts";
import { meetExternal } from "./external.ts";
import { runQuery } from "./query.ts";
import type { Stack } from "./stack.ts";

const service = `require("node:http").createServer((_, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1")`;
const system = {
  name: "staging",
  title: "Staging",
  nodes: { api: { kind: "process", command: ["node", "-e", service], env: { PORT: "{{port}}" }, ready: { by: "http", path: "/" } }, cache: { kind: "redis" } },
  links: { "api-cache": { from: "api", to: "cache" }, "cache-api": { from: "cache", to: "api" } },
  reset: [{ via: "redis", node: "cache", command: ["FLUSHALL"] }],
} satisfies TargetInput;

const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
const run = `external-${freshToken(8)}`;
let supervisor: Supervisor;
/** Stands for what somebody else has brought up; its proxy speaks as Toxiproxy does. */
let up: Stack;

beforeAll(async () => {
  supervisor = await startSupervisor({ run, stateFolder });
  up = await bootEmbedded(targetSchema.parse(system), { supervisor, run, targetFolder: tmpdir(), proxyKind: "embedded", onProgress: () => {}, signal: timeoutSignal(50_000) });
});
afterAll(async () => {
  await supervisor.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

function place(node: string): string {
  const { host, port } = nodeAddress(up.addresses, node);
  return `${host}:${port}`;
}

function meet(change: Partial<TargetInput> = {}, external: object = {}): Promise<Stack> {
  const where = { nodes: { api: place("api"), cache: place("cache") }, toxiproxy: up.proxyUrl.replace("http://", ""), ...external };
  return meetExternal(targetSchema.parse({ ...system, external: where, ...change }), { supervisor, run, targetFolder: tmpdir(), allowed: [] });
}

test("it is reached by its addresses, and its links are cut by the Toxiproxy that is there", async () => {
  await using stack = await meet();
  expect(stack.addresses.nodes).toMatchObject({ api: { ports: { main: { host: "127.0.0.1" } } }, cache: up.addresses.nodes["cache"] });
  const spec: FaultSpec = { kind: "link-down", links: ["api-cache"] };
  expect(unavailableFault(spec, stack)).toBeNull();
  const fault = await injectFault(spec, stack, { holdMs: 5_000, roll: dice(1, "external"), signal: timeoutSignal(10_000) });
  expect((await fault.untilActive(timeoutSignal(10_000))).what).toMatch(/refused/i);
  await fault[Symbol.asyncDispose]();
  expect((await fault.untilHealed(timeoutSignal(10_000))).seen).toBe(true);
});

test("nothing of it is started, ended or emptied: only links, and commands of one's own", async () => {
  await runQuery({ via: "redis", node: "cache", command: ["SET", "theirs", "1"] }, up.addresses, { timeoutMs: 2_000 });
  const stack = await meet();
  const argv = ["true"];
  const unavailable = (spec: FaultSpec): string | null => unavailableFault(spec, stack);
  expect(unavailable({ kind: "node-kill", node: "api" })).toMatch(/was not started by this run/);
  expect(unavailable({ kind: "process-pause", node: "api", count: 1, first: true })).toMatch(/was not started by this run/);
  expect(unavailable({ kind: "redis-flush", node: "cache", destructive: true })).toMatch(/was not started by this run/);
  expect(unavailable({ kind: "store-destroy", node: "cache", destructive: true })).toMatch(/was not started by this run/);
  expect(unavailable({ kind: "command", node: "cache", inject: argv, heal: argv, felt: argv, within: "1s" })).toBeNull();
  await stack.reset();
  await stack[Symbol.asyncDispose]();
  expect(await runQuery({ via: "redis", node: "cache", command: ["GET", "theirs"] }, up.addresses, { timeoutMs: 2_000 })).toEqual([["1"]]);
  expect(await up.whyNotReady("api")).toBeNull();
});

test("a proxy that its owner has switched off is left so", async () => {
  await up.proxy.setEnabled("api-cache", false);
  const stack = await meet();
  await up.proxy.setEnabled("api-cache", true);
  expect(unavailableFault({ kind: "link-down", links: ["api-cache"] }, stack)).toMatch(/no proxy "api-cache" that is on/);
  expect(unavailableFault({ kind: "link-down", links: ["cache-api"] }, stack)).toBeNull();
});

test("without a Toxiproxy there are no faults on links", async () => {
  const stack = await meet({}, { toxiproxy: undefined });
  expect(unavailableFault({ kind: "link-down", links: ["api-cache"] }, stack)).toMatch(/no proxy "api-cache" that is on, at a Toxiproxy/);
  expect(await stack.proxy.stats("api-cache")).toBeNull();
});

test.each<[string, Partial<TargetInput>, object, string]>([
  ["a target that does not say where it is", { external: undefined }, {}, "does not say where it is"],
  ["a node without an address", {}, { nodes: { api: "127.0.0.1:9" } }, "does not say where cache is"],
  ["an address of a node that is not there", {}, { nodes: { api: "127.0.0.1:9", cache: "127.0.0.1:9", web: "127.0.0.1:9" } }, "there is no node web"],
  ["R29: a host beyond loopback that was not allowed", {}, { nodes: { api: "192.0.2.1:80", cache: "127.0.0.1:9" } }, "192.0.2.1:80"],
  ["R29: metadata, which nobody can allow", {}, { nodes: { api: "169.254.169.254:80", cache: "127.0.0.1:9" } }, "169.254.169.254"],
  ["a Toxiproxy that the supervisor could not reach", {}, { toxiproxy: "192.0.2.1:8474" }, "is not on loopback"],
  ["a probe through a link without a proxy", { links: { "api-disk": { from: "api", to: "cache" } }, probes: { far: { layer: "redis", at: { link: "api-disk" } } } }, {}, 'probe "far" looks through link "api-disk"'],
  ["a node that does not answer", {}, { nodes: { api: "127.0.0.1:9", cache: "127.0.0.1:9" } }, "api at 127.0.0.1:9 is not ready"],
])("%s is refused", async (_what, change, external, expected) => {
  await expect(meet(change, external)).rejects.toThrow(expected);
});
