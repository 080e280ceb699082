/** The process of a ledger's writers against a real PostgreSQL: what its ledger says, beside what the table holds. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { spawnModule, temporaryFolder } from "../../../base/spawned.fixture.ts";
import { nowUs } from "../../../base/time.ts";
import type { LogEvent } from "../../../log/event.ts";
import { readSegment, SegmentTail } from "../../../log/segment.ts";
import { targetSchema } from "../../../scenario/target/target.ts";
import { runQuery } from "../../stack/query.ts";
import { bootedStack } from "../../stack/booted.fixture.ts";

// One in ten is against a rule of the table, and some wait for a session that is ended under them.
const store = {
  kind: "table",
  at: { node: "db" },
  create: "create table if not exists writes (id text check (id not like '%7'))",
  statement: "insert into writes (id) values ($1)",
} as const;

const stack = bootedStack(targetSchema.parse({ name: "writers", title: "Writers", nodes: { db: { kind: "postgres" } } }));

const sql = async (statement: string): Promise<string[][]> => await runQuery({ via: "sql", node: "db", statement }, stack().addresses, { timeoutMs: 5_000 });

test("ok is in the table, refused is not, and sessions that are ended leave writes in doubt", async () => {
  using folder = temporaryFolder();
  const config = {
    logFolder: join(folder.path, "log"),
    totalMs: 600_000,
    workload: { name: "writers", engine: "ledger", ledger: "writes", writers: 8 },
    target: { ledgers: { writes: { store, readBack: {} } } },
    run: "r",
    addresses: stack().addresses,
    program: "",
    scratchFolder: folder.path,
  };
  await using side = spawnModule("harness/drive/load/writers/main", config);
  expect(await side.line()).toBe("ready");
  expect(await sql("select count(*) from writes")).toEqual([["0"]]);
  side.tell({ startAtUs: nowUs() });
  // Until a session was ended under a write, and some went well and some were refused.
  const kinds = new Set<string>();
  using tail = new SegmentTail(join(config.logFolder, "ledger-writers.events"));
  while (!["ok", "refused", "info"].every((kind) => kinds.has(kind))) {
    await sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'roadworthy-ledger'");
    for (const event of tail.read()) if (event.type === "write") kinds.add(event.what);
  }
  side.closeInput();
  expect(await side.ended).toEqual({ code: 0, stderr: "" });
  const events = ["ledger-writers.events", "ledger-writers.requests"].flatMap((name): LogEvent[] => [...readSegment(join(config.logFolder, name))]);
  const writes = events.filter((event) => event.type === "write");
  const ids = (what: string): string[] => writes.filter((write) => write.what === what).map(({ id }) => id);
  const stored = new Set((await sql("select id from writes")).flat());
  expect(ids("ok").length).toBeGreaterThan(0);
  expect(ids("ok").filter((id) => !stored.has(id))).toEqual([]);
  expect(ids("refused").length).toBeGreaterThan(0);
  expect(ids("refused").every((id) => id.endsWith("7"))).toBe(true);
  expect(ids("info").length).toBeGreaterThan(0);
  expect([...stored].filter((id) => !ids("ok").includes(id) && !ids("info").includes(id))).toEqual([]);
  const requests = events.filter((event) => event.type === "request");
  const sent = requests.filter(({ outcome }) => outcome !== "refused");
  expect(sent.length).toBe(ids("invoke").length);
  expect(events).toContainEqual(expect.objectContaining({ type: "engine-end", engine: "ledger", workload: "writers", exitCode: 0 }));
});
