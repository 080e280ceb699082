/** Scale, rolling deploy and roll back of nodes that are processes: what runs afterwards, in which order it came about, and what is told of it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freshToken } from "../../../base/random.ts";
import { timeoutSignal } from "../../../base/time.ts";
import type { JsonEvent } from "../../../log/event.ts";
import type { RollingDeploy } from "../../../scenario/drill/operation.ts";
import { targetSchema } from "../../../scenario/target/target.ts";
import { Drill, type Order } from "../../run/drill/drill.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import type { SupervisorNotice } from "../../supervisor/protocol.ts";
import { httpCall } from "../../supervisor/system/http-call.ts";
import { nodeAccess } from "../address.ts";
import { bootEmbedded } from "../embedded.ts";
import type { Stack } from "../stack.ts";

/** Says which version it is, and which of them; a bad one never listens. */
const service = `
  const { PORT, VERSION, ME } = process.env;
  if (VERSION === "bad") setInterval(() => {}, 1_000);
  else require("node:http").createServer((_, response) => response.end(VERSION + " " + ME)).listen(Number(PORT), "127.0.0.1");
`;
const target = targetSchema.parse({
  name: "crew",
  title: "Crew",
  nodes: { api: { kind: "process", replicas: 2, command: ["node", "-e", service], env: { PORT: "{{port}}", ME: "{{instance}}", VERSION: "1" }, ready: { by: "http", path: "/" }, restart: { policy: "always" } } },
});

const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
const run = `changes-${freshToken(8)}`;
const heard: SupervisorNotice[] = [];
let supervisor: Supervisor;
let stack: Stack;
let log: JsonEvent[] = [];

beforeAll(async () => {
  supervisor = await startSupervisor({ run, stateFolder });
  supervisor.onNotice((notice) => heard.push(notice));
  stack = await bootEmbedded(target, { supervisor, run, targetFolder: tmpdir(), proxyKind: "embedded", onProgress: () => {}, signal: timeoutSignal(50_000) });
});
afterEach(async () => {
  log = [];
  await stack.reset();
  expect(await answers()).toEqual(["1 1", "1 2"]);
});
afterAll(async () => {
  await supervisor.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

function drill(): Drill {
  return new Drill({ stack, log: { write: (event) => log.push(event), sync: () => {} }, signal: timeoutSignal(40_000) });
}

const order = (id: string, withinMs = 20_000): Order => ({ id, node: "api", withinMs });
const deploy = (version: string, change: Partial<RollingDeploy> = {}): RollingDeploy => ({ kind: "rolling-deploy", node: "api", version, env: { VERSION: version }, order: "stop-first", ...change });
const told = (): string[] => log.flatMap((event) => (event.type === "operation" ? [`${event.id} ${event.stage}${event.stage === "advanced" ? ` ${event.replica}` : ""}`] : []));

async function answers(): Promise<string[]> {
  const ports = Object.values(nodeAccess(stack.addresses, "api").ports);
  const asked = ports.map(async ({ host, port }) => {
    try {
      return (await httpCall({ method: "GET", url: `http://${host}:${port}/`, signal: timeoutSignal(5_000) })).text;
    } catch {
      return "none";
    }
  });
  return await Promise.all(asked);
}

test("scale: more of them, each with a port of its own, and fewer", async () => {
  using operations = drill();
  expect(await operations.scale({ kind: "scale", node: "api", replicas: 4 }, order("up"))).toBe(true);
  expect(await answers()).toEqual(["1 1", "1 2", "1 3", "1 4"]);
  expect(stack.nodes.get("api")?.children).toEqual(["api-1", "api-2", "api-3", "api-4"]);
  expect(await stack.acts.processes("api")).toHaveLength(4);
  const [gone] = (await stack.acts.processes("api"))[3] ?? [];
  expect(await operations.scale({ kind: "scale", node: "api", replicas: 1 }, order("down"))).toBe(true);
  expect(await answers()).toEqual(["1 1"]);
  expect(() => process.kill(gone?.pid ?? 0, 0)).toThrow("ESRCH");
  expect(await stack.whyNotReady("api")).toBeNull();
  expect(told()).toEqual(["up began", expect.stringMatching(/^up advanced api-[34]$/), expect.stringMatching(/^up advanced api-[34]$/), "up ended", "down began", "down advanced api-4", "down advanced api-3", "down advanced api-2", "down ended"]);
});

test("a rolling deploy: one after the other, each ready before the next one ends; and back again", async () => {
  using operations = drill();
  heard.length = 0;
  expect(await operations.deploy(deploy("2"), order("new"))).toBe(true);
  expect(await answers()).toEqual(["2 1", "2 2"]);
  expect(told()).toEqual(["new began", "new advanced api-1", "new advanced api-2", "new ended"]);
  const firstReadyUs = log.find((event) => event.type === "operation" && event.stage === "advanced")?.at ?? Number.POSITIVE_INFINITY;
  const secondEndedUs = heard.find((notice) => notice.notice === "exited" && notice.child === "api-2");
  expect(secondEndedUs).toMatchObject({ expected: true, atUs: expect.toSatisfy((atUs: number) => atUs >= firstReadyUs) });
  // What has that version is left alone.
  expect(await operations.rollBack("new", deploy("2"), order("back"))).toBe(true);
  expect(await answers()).toEqual(["1 1", "1 2"]);
  expect(await operations.rollBack("new", deploy("2"), order("again"))).toBe(true);
  expect(told().slice(4)).toEqual(["back began", "back advanced api-1", "back advanced api-2", "back ended", "again began", "again ended"]);
});

test.each<[string, RollingDeploy, RegExp]>([
  ["is never ready", deploy("bad"), /^api-1 was not ready within|^the time was over/],
  ["cannot be started", deploy("3", { command: ["/nowhere/api"] }), /nowhere/],
])("a version that %s: it stops there and says so, the others run on, and it can be rolled back", async (_what, wanted, why) => {
  using operations = drill();
  expect(await operations.deploy(wanted, order("new", 1_000))).toBe(false);
  expect(await answers()).toEqual(["none", "1 2"]);
  expect(log.at(-1)).toMatchObject({ type: "operation", kind: "rolling-deploy", stage: "failed", why: expect.stringMatching(why) });
  expect(await operations.rollBack("new", wanted, order("back"))).toBe(true);
  expect(await answers()).toEqual(["1 1", "1 2"]);
  expect(told().slice(-3)).toEqual(["back began", "back advanced api-1", "back ended"]);
});

test("those on one node wait for one another; what has not begun is not rolled back; what is done is undone between two scenarios", async () => {
  using operations = drill();
  expect(await operations.rollBack("new", deploy("2"), order("early"))).toBe(false);
  log = [];
  const both = await Promise.all([operations.deploy(deploy("2"), order("new")), operations.scale({ kind: "scale", node: "api", replicas: 3 }, order("up"))]);
  expect(both).toEqual([true, true]);
  // The third one came with the new version.
  expect(await answers()).toEqual(["2 1", "2 2", "2 3"]);
  expect(told().filter((text) => text.includes("advanced"))).toEqual(["new advanced api-1", "new advanced api-2", "up advanced api-3"]);
});

test("what processes cannot do is refused before anything is started", () => {
  expect(stack.changes.unavailable(deploy("2"))).toBeNull();
  expect(stack.changes.unavailable(deploy("2", { order: "start-first" }))).toMatch(/keeps its ports/);
  expect(stack.changes.unavailable(deploy("2", { env: {}, image: "shop/api:2" }))).toMatch(/nothing of processes/);
});
