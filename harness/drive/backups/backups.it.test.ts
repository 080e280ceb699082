/** Every way to back up a store: what was there before is there again when all of it has been destroyed, and what is told of it is true. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dice, freshToken } from "../../base/random.ts";
import { nowUs, poll, timeoutSignal, type InstantUs } from "../../base/time.ts";
import type { JsonEvent } from "../../log/event.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import type { Act } from "../../sli/concepts/fault-times.ts";
import { injectFault } from "../faults/index.ts";
import { Drill } from "../run/drill/drill.ts";
import { bootEmbedded } from "../stack/embedded.ts";
import { runQuery } from "../stack/query.ts";
import type { Stack } from "../stack/stack.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { askServer } from "./postgres-tools.ts";

const rows = (node: string) => ({ rows: { via: "sql" as const, node, statement: "select count(*) from kept" } });
const entries = (node: string) => ({ entries: { via: "redis" as const, node, command: ["LLEN", "kept"] } });
const tool = (script: string): string[] => ["node", "-e", script, "{{backup}}", "{{node:tape}}"];
const keep = tool("require('node:fs').writeFileSync(process.argv[1] + '/tape', process.argv[2])");
const anHourOld = "console.log('as-of ' + new Date(Date.now() - 3_600_000).toISOString())";

const target = targetSchema.parse({
  name: "backups",
  title: "Backups",
  nodes: {
    dumped: { kind: "postgres", restart: { policy: "always" } },
    copied: { kind: "postgres", diskMiB: 256 },
    snapped: { kind: "redis", settings: { appendonly: "yes" } },
    appended: { kind: "redis", settings: { appendonly: "yes", appendfsync: "always" }, diskMiB: 16 },
    tape: { kind: "redis" },
  },
  ledgers: { writes: { readBack: { rows: [{ via: "sql", node: "dumped", statement: "select id from kept" }] } } },
  backups: {
    dumped: { by: "dump", checks: rows("dumped"), ledgers: ["writes"] },
    copied: { by: "base-backup", checks: rows("copied"), ledgers: ["writes"] },
    snapped: { by: "rdb", checks: entries("snapped"), ledgers: ["writes"] },
    appended: { by: "aof", checks: entries("appended"), ledgers: ["writes"] },
    tape: { by: "command", backUp: keep, restore: tool(`if (require('node:fs').readFileSync(process.argv[1] + '/tape', 'utf8') === process.argv[2]) ${anHourOld}`), ledgers: ["writes"] },
  },
});

const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
const run = `backups-${freshToken(8)}`;
const limits = { timeoutMs: 5_000 };
let supervisor: Supervisor;
let stack: Stack;

beforeAll(async () => {
  supervisor = await startSupervisor({ run, stateFolder });
  stack = await bootEmbedded(target, { supervisor, run, targetFolder: tmpdir(), proxyKind: "embedded", onProgress: () => {}, signal: timeoutSignal(50_000) });
});
afterAll(async () => {
  await supervisor.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

let log: JsonEvent[] = [];
beforeEach(() => {
  log = [];
});

function drillOn(on: Stack): Drill {
  return new Drill({ stack: on, log: { write: (event) => log.push(event), sync: () => {} }, signal: timeoutSignal(40_000) });
}

const order = (node: string) => ({ id: `of-${node}`, node, withinMs: 20_000 });
const sql = (node: string, statement: string): Promise<string[][]> => runQuery({ via: "sql", node, statement }, stack.addresses, limits);
const redis = (node: string, ...command: string[]): Promise<string[][]> => runQuery({ via: "redis", node, command }, stack.addresses, limits);

/** Answers with when it was destroyed. */
async function destroy(node: string): Promise<Act> {
  const fault = await injectFault({ kind: "store-destroy", node, destructive: true }, stack, { holdMs: 20_000, roll: dice(1, "destroy"), signal: timeoutSignal(10_000) });
  expect((await fault.untilActive(timeoutSignal(10_000))).what).toMatch(/refused|closed/i);
  await fault[Symbol.asyncDispose]();
  return fault.injected;
}

/** What went wrong, for whoever reads a test that failed. */
const failures = (): string[] => log.flatMap((event) => (event.type === "operation" && event.stage === "failed" ? [event.why] : []));

function told(beganUs: InstantUs, lost: Act): void {
  const restored = log.find((event) => event.type === "restored");
  expect(restored?.ageMs).toBeGreaterThanOrEqual(0);
  expect(restored?.ageMs).toBeLessThanOrEqual((lost.beganUs - beganUs) / 1000);
  expect(log.flatMap((event) => (event.type === "operation" ? [`${event.kind} ${event.stage}`] : []))).toEqual(["back-up began", "back-up ended", "restore began", "restore ended"]);
  expect(log.filter((event) => event.type === "restore-check").map(({ why }) => why)).toEqual([null]);
}

describe("what is backed up is there again", () => {
  test("PostgreSQL by a dump: as it was then, for the target's own user", async () => {
    using drill = drillOn(stack);
    expect(await drill.unavailable("dumped")).toBeNull();
    const beganUs = nowUs();
    await sql("dumped", "create table kept (id int primary key); insert into kept values (1)");
    await drill.backUp(order("dumped"));
    await sql("dumped", "insert into kept values (2)");
    const lost = await destroy("dumped");
    await drill.restore(order("dumped"), lost);
    await drill.checked();
    expect(failures()).toEqual([]);
    expect(await sql("dumped", "insert into kept values (3); select id from kept order by id")).toEqual([["1"], ["3"]]);
    told(beganUs, lost);
  });

  test("PostgreSQL by a base backup: with all of the log that was received since", async () => {
    using drill = drillOn(stack);
    expect(await drill.unavailable("copied")).toBeNull();
    await sql("copied", "create table kept (id int primary key); insert into kept values (1)");
    await drill.backUp(order("copied"));
    const lateUs = nowUs();
    await sql("copied", "insert into kept values (2)");
    const received = async (): Promise<true | undefined> => ((await askServer("select flush_lsn >= pg_current_wal_flush_lsn() from pg_stat_replication", { stack, node: "copied" }))[0]?.[0] === "t" ? true : undefined);
    expect(await poll(received, { intervalMs: 20, deadlineUs: nowUs() + 10_000_000 })).toBe(true);
    const lost = await destroy("copied");
    await drill.restore(order("copied"), lost);
    await drill.checked();
    expect(failures()).toEqual([]);
    expect(await sql("copied", "insert into kept values (3); select id from kept order by id")).toEqual([["1"], ["2"], ["3"]]);
    // The insert itself is what was replayed last.
    told(lateUs, lost);
  });

  test.each(["snapped", "appended"])("Redis, %s: as it was then, with its append-only files", async (node) => {
    using drill = drillOn(stack);
    expect(await drill.unavailable(node)).toBeNull();
    const beganUs = nowUs();
    await redis(node, "RPUSH", "kept", "1");
    await drill.backUp(order(node));
    await redis(node, "RPUSH", "kept", "2");
    const lost = await destroy(node);
    await drill.restore(order(node), lost);
    await drill.checked();
    expect(failures()).toEqual([]);
    await redis(node, "RPUSH", "kept", "3");
    expect(await redis(node, "LRANGE", "kept", "0", "-1")).toEqual([["1"], ["3"]]);
    expect(await redis(node, "CONFIG", "GET", "appendonly")).toEqual([["appendonly"], ["yes"]]);
    told(beganUs, lost);
  });
});

describe("commands of one's own", () => {
  test("keep what they like in a folder, are told where the store is, and say how old what they bring back is", async () => {
    using drill = drillOn(stack);
    await drill.backUp(order("tape"));
    const lost = await destroy("tape");
    expect(await drill.restore(order("tape"), lost)).toBe(true);
    await drill.checked();
    const [restored] = log.filter((event) => event.type === "restored");
    expect(restored?.ageMs).toBeGreaterThan(3_590_000);
    expect(await redis("tape", "PING")).toEqual([["PONG"]]);
  });

  test("that do not say it are not believed to have brought back the newest back-up when a check does not hold, or none could have failed", async () => {
    const checks = { fixed: { via: "redis" as const, node: "tape", command: ["STRLEN", "fixed"] } };
    const silent = { ...stack, target: { ...target, backups: { tape: { by: "command" as const, backUp: keep, restore: tool("0"), env: {}, ledgers: ["writes"], checks } } } };
    using drill = drillOn(silent);
    await drill.backUp(order("tape"));
    await drill.restore(order("tape"), { beganUs: nowUs(), endedUs: nowUs() });
    await drill.checked();
    await redis("tape", "SET", "fixed", "there");
    await drill.backUp(order("tape"));
    await drill.restore(order("tape"), { beganUs: nowUs(), endedUs: nowUs() });
    await drill.checked();
    expect(log.filter((event) => event.type === "restored").map(({ ageMs }) => ageMs)).toEqual([null, null]);
    expect(log.findLast((event) => event.type === "restore-check")).toMatchObject({ node: "tape", check: "fixed", atBackup: 5, restored: 0 });
  });

  test("that fail are written down, with what they said, and nothing was restored", async () => {
    const failing = { ...stack, target: { ...target, backups: { tape: { by: "command" as const, backUp: keep, restore: tool("console.error('no such tape'); process.exit(3)"), env: {}, ledgers: ["writes"], checks: {} } } } };
    using drill = drillOn(failing);
    expect(await drill.restore(order("tape"), { beganUs: nowUs(), endedUs: nowUs() })).toBe(false);
    await drill.backUp(order("tape"));
    expect(await drill.restore(order("tape"), { beganUs: nowUs(), endedUs: nowUs() })).toBe(false);
    expect(log.filter((event) => event.type === "operation").map((event) => (event.stage === "failed" ? event.why : event.stage))).toEqual(["began", "there is no back-up", "began", "ended", "began", expect.stringMatching(/ended with 3\nno such tape/)]);
    expect(log.filter((event) => event.type === "restored")).toEqual([]);
  });

  test("of any kind are told where things are, and whether they went well", async () => {
    using drill = drillOn(stack);
    const scale = (script: string) => ({ kind: "command" as const, node: "tape", does: "add a worker", command: ["node", "-e", script, "{{node:tape}}"] });
    expect(await drill.command(scale("if (!/^127.0.0.1:[0-9]+$/.test(process.argv[1]) || process.env.HOME === undefined) throw new Error()"), order("tape"))).toBe(true);
    expect(await drill.command(scale("throw new Error('no room')"), order("tape"))).toBe(false);
    expect(log.map((event) => (event.type === "operation" && event.stage === "failed" ? event.why : ""))).toEqual(["", "", "", expect.stringContaining("no room")]);
  });
});
