/** Every fault on a real stack: felt, healed, and nothing of it left. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dice, freshToken } from "../../base/random.ts";
import { timeoutSignal } from "../../base/time.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { bootEmbedded } from "../stack/embedded.ts";
import { runQuery } from "../stack/query.ts";
import type { Stack } from "../stack/stack.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { faults, injectFault, unavailableFault } from "./index.ts";

/** A service that keeps three workers running, as the reference system's worker supervisor does. */
const pool = `
  const { spawn } = require("node:child_process");
  const start = () => spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "pool-worker"]).once("exit", () => setTimeout(start, 50));
  for (let n = 0; n < 3; n += 1) start();
  require("node:http").createServer((_, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1");
`;

const target = targetSchema.parse({
  name: "faults",
  title: "Faults",
  nodes: {
    postgres: { kind: "postgres", restart: { policy: "always", delay: "200ms" } },
    redis: { kind: "redis" },
    pool: { kind: "process", command: ["node", "-e", pool], env: { PORT: "{{port}}" }, ready: { by: "http", path: "/" }, restart: { policy: "always", delay: "100ms" } },
  },
  links: { "pool-postgres": { from: "pool", to: "postgres" }, "pool-redis": { from: "pool", to: "redis" }, "client-pool": { from: "postgres", to: "pool" } },
});

const links = ["pool-postgres", "pool-redis", "client-pool"];
const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
let supervisor: Supervisor;
let stack: Stack;

beforeAll(async () => {
  const run = `faults-${freshToken(8)}`;
  supervisor = await startSupervisor({ run, stateFolder });
  const signal = timeoutSignal(50_000);
  stack = await bootEmbedded(target, { supervisor, run, targetFolder: tmpdir(), proxyKind: "embedded", onProgress: () => {}, signal });
});

afterAll(async () => {
  await supervisor.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

const specs: { spec: FaultSpec; felt: RegExp }[] = [
  { spec: { kind: "link-down", links }, felt: /refused/i },
  { spec: { kind: "link-latency", links, delay: "150ms", jitter: "0ms" }, felt: /took 1[5-9]\d|took [2-9]\d\d|took \d{4}/ },
  { spec: { kind: "link-stall", links }, felt: /no answer/ },
  { spec: { kind: "link-reset", links }, felt: /through pool-redis/ },
  { spec: { kind: "node-stop", node: "redis" }, felt: /does not accept connections/ },
  { spec: { kind: "node-stop", node: "postgres" }, felt: /does not accept connections/ },
  { spec: { kind: "node-kill", node: "postgres" }, felt: /gone: process/ },
  { spec: { kind: "node-kill", node: "redis" }, felt: /gone: process/ },
  { spec: { kind: "process-kill", node: "pool", command: "pool-worker", count: 2 }, felt: /gone: process \d+, process \d+$/ },
  { spec: { kind: "process-kill", node: "pool", command: "pool-worker", count: "all" }, felt: /gone: process \d+, process \d+, process \d+$/ },
];

const context = () => ({ holdMs: 5_000, roll: dice(7, "faults"), signal: timeoutSignal(20_000) });

describe("each fault is felt, and gone once it is healed", () => {
  test.each(specs)("$spec.kind on $spec.node$spec.links", async ({ spec, felt }) => {
    expect(unavailableFault(spec, stack)).toBeNull();
    const active = await injectFault(spec, stack, context());
    expect(active.injected.endedUs).toBeGreaterThanOrEqual(active.injected.beganUs);
    expect((await active.untilActive(timeoutSignal(15_000))).what).toMatch(felt);
    await active[Symbol.asyncDispose]();
    await active[Symbol.asyncDispose]();
    expect((await active.untilHealed(timeoutSignal(15_000))).seen).toBe(true);
    expect((await stack.proxy.list()).map(({ enabled, toxics }) => ({ enabled, toxics }))).toEqual(links.map(() => ({ enabled: true, toxics: [] })));
  });
});

test("every kind has been tried", () => {
  expect(new Set(specs.map(({ spec }) => spec.kind))).toEqual(new Set(Object.keys(faults)));
});

test("data that was committed is there after the node was killed", async () => {
  const sql = (statement: string): Promise<string[][]> => runQuery({ via: "sql", node: "postgres", statement }, stack.addresses, { timeoutMs: 5_000 });
  await sql("create table kept (id int); insert into kept values (1), (2)");
  const active = await injectFault({ kind: "node-kill", node: "postgres" }, stack, context());
  await active.untilActive(timeoutSignal(15_000));
  await active[Symbol.asyncDispose]();
  await active.untilHealed(timeoutSignal(15_000));
  expect(await sql("select id from kept order by id")).toEqual([["1"], ["2"]]);
});

test("a fault that cannot run says why", () => {
  expect(unavailableFault({ kind: "link-down", links: ["nowhere"] }, stack)).toMatch(/no link "nowhere"/);
  expect(unavailableFault({ kind: "node-kill", node: "nobody" }, stack)).toMatch(/no node "nobody"/);
});

test("nothing is killed when there are fewer processes than wanted", async () => {
  await expect(injectFault({ kind: "process-kill", node: "pool", command: "no-such-worker", count: 1 }, stack, context())).rejects.toMatchObject({ code: "fault-unavailable" });
});

test("R5: a lease that runs out heals the fault without the harness", async () => {
  const told = Promise.withResolvers<boolean>();
  using _listening = supervisor.onNotice((notice) => notice.notice === "lease-expired" && told.resolve(notice.healed));
  await injectFault({ kind: "link-down", links: ["pool-redis"] }, stack, { ...context(), holdMs: -1_900 });
  expect(await told.promise).toBe(true);
  expect((await stack.proxy.list()).find((link) => link.name === "pool-redis")?.enabled).toBe(true);
});
