/** Every fault on a real stack: felt, healed, and nothing of it left. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dice, freshToken } from "../../base/random.ts";
import { nowUs, poll, timeoutSignal } from "../../base/time.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { nodeAccess, nodeAddress } from "../stack/address.ts";
import { bootEmbedded } from "../stack/embedded.ts";
import { runQuery } from "../stack/query.ts";
import type { Stack } from "../stack/stack.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { processFacts } from "../supervisor/system/processes.ts";
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
    postgres: { kind: "postgres", diskMiB: 160, settings: { max_connections: "20" }, restart: { policy: "always", delay: "200ms" } },
    redis: { kind: "redis", diskMiB: 16 },
    pool: { kind: "process", command: ["node", "-e", pool], env: { PORT: "{{port}}" }, ready: { by: "http", path: "/" }, restart: { policy: "always", delay: "100ms" } },
  },
  links: { "pool-postgres": { from: "pool", to: "postgres" }, "pool-redis": { from: "pool", to: "redis" }, "client-pool": { from: "postgres", to: "pool", http: true } },
});

const links = ["pool-postgres", "pool-redis", "client-pool"];
const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
let supervisor: Supervisor;
let stack: Stack;
/** Has a connection all the time, as any service has. */
let client: Client;

beforeAll(async () => {
  const run = `faults-${freshToken(8)}`;
  supervisor = await startSupervisor({ run, stateFolder });
  const signal = timeoutSignal(50_000);
  stack = await bootEmbedded(target, { supervisor, run, targetFolder: tmpdir(), proxyKind: "embedded", onProgress: () => {}, signal });
});

beforeEach(async () => {
  // Whatever a fault before has ended or emptied: something to lock, to flush and to kill.
  const limits = { timeoutMs: 5_000 };
  await runQuery({ via: "sql", node: "postgres", statement: "create table if not exists locked (id int)" }, stack.addresses, limits);
  await runQuery({ via: "redis", node: "redis", command: ["SET", "flushed", "1"] }, stack.addresses, limits);
  const access = nodeAccess(stack.addresses, "postgres");
  if (access.kind !== "postgres") return;
  client = new Client({ ...nodeAddress(stack.addresses, "postgres"), user: access.user, password: access.password, database: access.database });
  client.on("error", () => {});
  await client.connect();
});

afterEach(async () => {
  await client.end();
});

afterAll(async () => {
  await supervisor.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

/** What a command of one's own leaves behind. */
const mark = join(stateFolder, "mark");

const specs: { spec: FaultSpec; felt: RegExp }[] = [
  { spec: { kind: "link-down", links }, felt: /refused/i },
  { spec: { kind: "link-latency", links, delay: "150ms", jitter: "0ms" }, felt: /took 1[5-9]\d|took [2-9]\d\d|took \d{4}/ },
  { spec: { kind: "link-stall", links }, felt: /no answer/ },
  { spec: { kind: "link-reset", links }, felt: /through pool-redis/ },
  { spec: { kind: "node-stop", node: "redis", mode: "fast" }, felt: /does not accept connections/ },
  { spec: { kind: "node-stop", node: "postgres", mode: "immediate" }, felt: /does not accept connections/ },
  { spec: { kind: "link-partition", links, direction: "to-server" }, felt: /no answer/ },
  { spec: { kind: "link-partition", links, direction: "to-client" }, felt: /no answer/ },
  { spec: { kind: "link-corrupt", links, percent: 100, bytes: 1 }, felt: /connections of client-pool/ },
  { spec: { kind: "link-bandwidth", links, kilobytesPerSecond: 10 }, felt: /connections of client-pool/ },
  { spec: { kind: "link-slice", links, averageBytes: 2, variationBytes: 1, pause: "0ms" }, felt: /connections of client-pool/ },
  { spec: { kind: "link-limit", links, bytes: 3 }, felt: /connections of client-pool/ },
  { spec: { kind: "http-answer", links: ["client-pool"], method: "", path: "/", share: 1, status: 503, retryAfter: "2s" }, felt: /struck \d+ requests over client-pool/ },
  { spec: { kind: "http-malformed", links: ["client-pool"], method: "GET", path: "", share: 0.5 }, felt: /struck \d+ requests over client-pool/ },
  { spec: { kind: "http-slow", links: ["client-pool"], method: "", path: "", share: 1, delay: "20ms", bytesPerSecond: 100 }, felt: /struck \d+ requests over client-pool/ },
  { spec: { kind: "node-kill", node: "postgres" }, felt: /gone: process/ },
  { spec: { kind: "node-kill", node: "redis" }, felt: /gone: process/ },
  { spec: { kind: "process-kill", node: "pool", command: "pool-worker", count: 2, first: false }, felt: /gone: process \d+, process \d+$/ },
  { spec: { kind: "process-kill", node: "pool", command: "pool-worker", count: "all", first: false }, felt: /gone: process \d+, process \d+, process \d+$/ },
  { spec: { kind: "process-kill", node: "redis", count: 1, first: true }, felt: /gone: process \d+$/ },
  { spec: { kind: "process-terminate", node: "pool", command: "pool-worker", count: 1, first: false }, felt: /gone: process \d+$/ },
  { spec: { kind: "process-pause", node: "pool", count: "all", first: true }, felt: /stopped: process \d+, process \d+, process \d+, process \d+$/ },
  { spec: { kind: "process-pause", node: "postgres", command: "checkpointer", count: 1, first: false }, felt: /stopped: process \d+$/ },
  { spec: { kind: "postgres-kill-backend", node: "postgres" }, felt: /gone: process \d+, and with it all [12] that/ },
  { spec: { kind: "postgres-kill-postmaster", node: "postgres" }, felt: /gone: process \d+, and the [5-9] that/ },
  { spec: { kind: "postgres-connections-exhausted", node: "postgres" }, felt: /connection slots are reserved|too many clients/ },
  { spec: { kind: "postgres-table-lock", node: "postgres", table: "public.locked" }, felt: /lock timeout/ },
  { spec: { kind: "postgres-read-only", node: "postgres" }, felt: /read-only transaction/ },
  { spec: { kind: "redis-pause", node: "redis" }, felt: /got no answer within 700 ms/ },
  { spec: { kind: "redis-flush", node: "redis", destructive: true }, felt: /there were 1 in its first database/ },
  { spec: { kind: "redis-memory-full", node: "redis" }, felt: /OOM command not allowed/ },
  { spec: { kind: "command", node: "redis", inject: ["touch", mark], heal: ["rm", "-f", mark], felt: ["test", "-e", mark], settled: ["test", "!", "-e", mark], within: "5s" }, felt: /^test -e/ },
  { spec: { kind: "command", node: "redis", inject: ["true"], heal: ["true"], felt: ["node", "-e", "console.log(process.argv[1], process.env.ROADWORTHY_RUN)", "{{node:redis}} in {{run}}"], within: "5s" }, felt: /^127\.0\.0\.1:\d+ in (faults-\S+) \1$/ },
  { spec: { kind: "cpu-hog", node: "redis", processes: 2 }, felt: /2 processes used \d+, \d+ ms/ },
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

/** What is destroyed has to be restored: harness/drive/backups/backups.it.test.ts. */
test("every kind has been tried", () => {
  const elsewhere = ["disk-full", "node-pause", "node-disconnect", "node-limit", "store-destroy"];
  expect(new Set([...specs.map(({ spec }) => spec.kind), ...elsewhere])).toEqual(new Set(Object.keys(faults)));
});

test.each<[string, string, RegExp]>([
  ["hangs", "setInterval(() => {}, 1000)", /did not end within 0\.5 s/],
  ["is killed", "process.kill(process.pid, 'SIGKILL')", /ended with SIGKILL/],
])("a command that %s is healed in its time, and that is told", async (what, script, expected) => {
  const healed = join(stateFolder, `healed-${what}`);
  const spec: FaultSpec = { kind: "command", node: "redis", inject: ["node", "-e", script], heal: ["touch", healed], felt: ["true"], within: "500ms" };
  await expect(injectFault(spec, stack, context())).rejects.toThrow(expected);
  expect(existsSync(healed)).toBe(true);
});

test("a command that fails is healed all the same, and says what was wrong", async () => {
  const heal = ["touch", join(stateFolder, "healed")];
  const spec: FaultSpec = { kind: "command", node: "redis", inject: ["node", "-e", "console.error('no right to'); process.exit(4)"], heal, felt: ["true"], within: "5s" };
  await expect(injectFault(spec, stack, context())).rejects.toThrow(/ended with 4\nno right to/);
  expect(existsSync(join(stateFolder, "healed"))).toBe(true);
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

test("a client that leaves before its process could be killed is not killed: the next one is", async () => {
  const other = new Client({ ...nodeAddress(stack.addresses, "postgres"), user: client.user, password: client.password, database: client.database });
  other.on("error", () => {});
  await other.connect();
  const left: number[] = [];
  const signal: Stack["acts"]["signal"] = async (process, name) => {
    if (left.length === 0) {
      left.push(process.pid);
      await supervisor.signal(process, "SIGTERM");
      await poll(async () => (processFacts(process.pid) === null ? true : undefined), { intervalMs: 5, deadlineUs: nowUs() + 5_000_000 });
    }
    await supervisor.signal(process, name);
  };
  const leaving: Stack = { ...stack, acts: { ...stack.acts, signal } };
  const active = await injectFault({ kind: "postgres-kill-backend", node: "postgres" }, leaving, context());
  const { what } = await active.untilActive(timeoutSignal(15_000));
  expect(left).toHaveLength(1);
  expect(what).toMatch(/^gone: process \d+, and with it all/);
  expect(what).not.toContain(`process ${left[0]},`);
  await active[Symbol.asyncDispose]();
  await active.untilHealed(timeoutSignal(15_000));
  await other.end();
});

test("a fault that cannot run says why", () => {
  expect(unavailableFault({ kind: "link-down", links: ["nowhere"] }, stack)).toMatch(/no link "nowhere"/);
  expect(unavailableFault({ kind: "http-malformed", links: ["pool-redis"], method: "", path: "", share: 1 }, stack)).toMatch(/"pool-redis" is not marked/);
  expect(unavailableFault({ kind: "node-kill", node: "nobody" }, stack)).toMatch(/no node "nobody"/);
  expect(unavailableFault({ kind: "postgres-read-only", node: "redis" }, stack)).toBe('"redis" is a node of kind redis, not postgres');
  expect(unavailableFault({ kind: "node-stop", node: "redis", mode: "immediate" }, stack)).toMatch(/only PostgreSQL has an immediate stop/);
  expect(unavailableFault({ kind: "node-pause", node: "redis" }, stack)).toMatch(/only nodes in containers/);
});

test("nothing is killed when there are fewer processes than wanted", async () => {
  await expect(injectFault({ kind: "process-kill", node: "pool", command: "no-such-worker", count: 1, first: false }, stack, context())).rejects.toMatchObject({ code: "fault-unavailable" });
});

/** The setting outlives the server: it stands in a file. */
test.each([["while the server runs", false], ["while the server is down", true]])("what is read-only may be written again, healed %s", async (_, down) => {
  const active = await injectFault({ kind: "postgres-read-only", node: "postgres" }, stack, context());
  await active.untilActive(timeoutSignal(15_000));
  if (down) await supervisor.stop("postgres");
  await active[Symbol.asyncDispose]();
  const settings = readFileSync(join(stack.nodes.get("postgres")?.store?.folder ?? "", "postgresql.auto.conf"), "utf8");
  expect(settings).not.toContain("default_transaction_read_only");
  if (down) await supervisor.start("postgres");
  expect((await active.untilHealed(timeoutSignal(15_000))).seen).toBe(true);
});

test("a table that is not there cannot be locked", async () => {
  await expect(injectFault({ kind: "postgres-table-lock", node: "postgres", table: "nothing" }, stack, context())).rejects.toMatchObject({ code: "fault-unavailable", message: expect.stringContaining('relation "nothing" does not exist') });
});

test.each<FaultSpec>([
  { kind: "link-down", links: ["pool-redis"] },
  { kind: "process-pause", node: "pool", count: "all", first: true },
  { kind: "postgres-read-only", node: "postgres" },
  { kind: "redis-memory-full", node: "redis" },
])("R5: $kind heals when its lease runs out, without the harness", async (spec) => {
  const beganUs = nowUs();
  const told = Promise.withResolvers<{ healed: boolean; why: string | null }>();
  // Those of the faults before are told as well.
  using _listening = supervisor.onNotice((notice) => notice.notice === "lease-expired" && notice.atUs > beganUs && told.resolve(notice));
  const active = await injectFault(spec, stack, { ...context(), holdMs: -1_500 });
  expect(await told.promise).toMatchObject({ healed: true, why: null });
  expect((await active.untilHealed(timeoutSignal(5_000))).seen).toBe(true);
  await active[Symbol.asyncDispose]();
});

/** Whether this user may have a mount namespace, and so give a store a disk. Asked of the machine, and not of the code that is tested. */
function canMount(): boolean {
  return process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0;
}

describe("a small disk of its own", () => {
  test("is needed", () => {
    expect(unavailableFault({ kind: "disk-full", node: "pool" }, stack)).toMatch(/is no store/);
  });

  if (!canMount()) {
    test("cannot be had here, and the fault says so", () => {
      expect(unavailableFault({ kind: "disk-full", node: "redis" }, stack)).toMatch(/^"redis": (only root can give it|it could not be given) a small disk/);
    });
    return;
  }

  test("is full, and has space again once it is healed", async () => {
    const spec = { kind: "disk-full", node: "redis" } as const;
    const save = (): Promise<string[][]> => runQuery({ via: "redis", node: "redis", command: ["SAVE"] }, stack.addresses, { timeoutMs: 5_000 });
    expect(unavailableFault(spec, stack)).toBeNull();
    await save();
    const active = await injectFault(spec, stack, context());
    expect((await active.untilActive(timeoutSignal(15_000))).what).toBe("0 of 16 MiB are free");
    // The server itself runs out of space, and not only our look at the disk says so.
    await expect(save()).rejects.toThrow(/ERR/);
    await active[Symbol.asyncDispose]();
    expect((await active.untilHealed(timeoutSignal(15_000))).what).toMatch(/redis is ready, and 1[56]\.\d of 16 MiB are free/);
    await save();
  });

  test("keeps the data of a store that is killed", async () => {
    const sql = (statement: string): Promise<string[][]> => runQuery({ via: "sql", node: "postgres", statement }, stack.addresses, { timeoutMs: 5_000 });
    await sql("insert into locked values (7)");
    const active = await injectFault({ kind: "disk-full", node: "postgres" }, stack, context());
    await active.untilActive(timeoutSignal(15_000));
    await supervisor.kill("postgres");
    await active[Symbol.asyncDispose]();
    expect((await active.untilHealed(timeoutSignal(15_000))).seen).toBe(true);
    expect(await sql("select id from locked")).toEqual([["7"]]);
  });

  test("is nothing that the machine sees", () => {
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(supervisor.scratchFolder);
  });
});
