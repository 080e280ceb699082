import { expect, test } from "vitest";
import { scriptedHeader, scriptedSuite, scriptedTarget } from "../scripted/header.fixture.ts";
import { LedgerBook } from "./ledger-sets.ts";

/** Of the processor: on a busy machine the clock says how long others had it. */
function processorSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000_000;
}

test("a million ids are judged in under 10 s of the processor", () => {
  const sql = { via: "sql", node: "store", statement: "select id from orders" } as const;
  const target = scriptedTarget({ name: "shop", title: "Shop", nodes: { store: { kind: "postgres" } }, ledgers: { orders: { readBack: { database: [sql] } } } });
  const suite = scriptedSuite({ name: "gate", title: "Gate", target: "shop", scenarios: ["x"], required: [] });
  const book = new LedgerBook(scriptedHeader({ target, suite, planned: ["x"] }, null), "orders");
  const began = process.cpuUsage();
  const count = 1_000_000;
  for (let n = 0; n < count; n += 1) book.step({ type: "write", at: n, ledger: "orders", id: `run-${n}`, intendedUs: n, what: "ok" });
  book.step({ type: "fault", at: count, id: "kill", kind: "node-kill", on: "store", stage: "injected", beganUs: count, endedUs: count });
  for (let from = 0; from < count; from += 10_000) {
    // Every tenth id is lost: a hundred thousand, with holes everywhere.
    const ids = Array.from({ length: 10_000 }, (_, n) => from + n).filter((n) => n % 10 !== 0);
    book.step({ type: "read-back", at: count + from, ledger: "orders", way: "database", ids: ids.map((n) => `run-${n}`), last: from + 10_000 >= count });
  }
  const reading = book.read();
  expect(reading).toMatchObject({ kind: "measured", ways: [{ lost: 100_000, holes: true, lostMs: 1000 }] });
  expect(processorSeconds(began)).toBeLessThan(10);
});
