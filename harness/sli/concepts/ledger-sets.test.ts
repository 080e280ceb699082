import { describe, expect, test } from "vitest";
import { dice } from "../../base/random.ts";
import type { JsonEvent, WriteOutcome } from "../../log/event.ts";
import { scriptedHeader, scriptedSuite, scriptedTarget } from "../scripted/header.fixture.ts";
import { LedgerBook, type LedgerSets } from "./ledger-sets.ts";

const sql = { via: "sql", node: "store", statement: "select id from orders" } as const;
const target = scriptedTarget({ name: "shop", title: "Shop", nodes: { store: { kind: "postgres" } }, ledgers: { orders: { readBack: { database: [sql], api: [sql] } } } });
const suite = scriptedSuite({ name: "gate", title: "Gate", target: "shop", scenarios: ["x"], required: [] });
const header = scriptedHeader({ target, suite, planned: ["x"] }, null);

function write(id: string, at: number, what: "invoke" | WriteOutcome): JsonEvent {
  return { type: "write", at, ledger: "orders", id, intendedUs: at, what };
}

function readBack(way: string, ids: readonly string[], last = true): JsonEvent {
  return { type: "read-back", at: 1e9, ledger: "orders", way, ids, last };
}

function injectedAt(atUs: number): JsonEvent {
  return { type: "fault", at: atUs, id: `kill-${atUs}`, kind: "node-kill", on: "store", stage: "injected", beganUs: atUs, endedUs: atUs };
}

function bookOf(events: readonly JsonEvent[]): LedgerBook {
  const book = new LedgerBook(header, "orders");
  for (const event of events) book.step(event);
  return book;
}

function setsOf(events: readonly JsonEvent[], way = "database"): LedgerSets {
  const reading = bookOf(events).read();
  const found = reading.kind === "measured" ? reading.ways.find((sets) => sets.way === way) : undefined;
  if (found === undefined) throw new Error("not measured");
  return found;
}

describe("the sets", () => {
  const writes = [
    ...["a", "b", "c"].flatMap((id, n) => [write(id, n * 1000, "invoke"), write(id, n * 1000 + 500, "ok")]),
    write("d", 3000, "invoke"),
    write("d", 3500, "refused"),
    write("e", 4000, "invoke"),
    write("e", 4500, "info"),
    write("f", 5000, "invoke"),
  ];

  test("are told apart", () => {
    const sets = setsOf([...writes, readBack("database", ["a", "b", "b", "d", "f", "z"]), readBack("api", [])]);
    expect(sets).toMatchObject({ attempted: 6, acknowledged: 3, refused: 1, indeterminate: 2, read: 5, lost: 1, recovered: 1, duplicated: 1, resurrected: 1, unexpected: 1, misplaced: 3 });
    expect(sets.lostIds).toEqual(["c"]);
  });

  test("are asked of each way of reading back", () => {
    const events = [...writes, readBack("database", ["a", "b", "c"]), readBack("api", ["a"])];
    expect(setsOf(events, "database").lost).toBe(0);
    expect(setsOf(events, "api").lost).toBe(2);
  });

  test("come in chunks, and a later reading replaces a failed one", () => {
    const failed: JsonEvent = { type: "read-back-failed", at: 1, ledger: "orders", way: "database", why: "refused" };
    expect(setsOf([...writes, failed, readBack("database", ["a"], false), readBack("database", ["b", "c"]), readBack("api", [])]).lost).toBe(0);
  });

  test("an id that was acknowledged once must be there, whatever else was said of it", () => {
    const events = [write("a", 0, "invoke"), write("a", 1, "info"), write("a", 2, "ok"), write("a", 3, "refused"), readBack("database", []), readBack("api", [])];
    expect(setsOf(events)).toMatchObject({ acknowledged: 1, lost: 1, refused: 0, indeterminate: 0 });
  });
});

describe("without a whole read-back it is unmeasured", () => {
  test.each([
    ["none", []],
    ["one way only", [readBack("database", ["a"])]],
    ["a way that failed", [readBack("database", ["a"]), { type: "read-back-failed", at: 1, ledger: "orders", way: "api", why: "refused" } as const]],
    ["a way that did not end", [readBack("database", ["a"]), readBack("api", ["a"], false)]],
  ])("%s", (_name, events) => {
    expect(bookOf([write("a", 0, "ok"), ...events]).read().kind).toBe("unmeasured");
  });
});

describe("the age of what was lost", () => {
  const acknowledged = (count: number): JsonEvent[] => Array.from({ length: count }, (_, n) => write(`w${n}`, n * 100_000, "ok"));
  const both = (ids: readonly string[]): JsonEvent[] => [readBack("database", ids), readBack("api", ids)];
  const names = (...numbers: readonly number[]): string[] => numbers.map((n) => `w${n}`);

  test("counts from the fault to the acknowledgement of the oldest; a tail is no hole", () => {
    const sets = setsOf([...acknowledged(10), injectedAt(950_000), ...both(names(0, 1, 2, 3, 4, 5, 6))]);
    expect(sets).toMatchObject({ lost: 3, lostMs: 250, holes: false });
  });

  test("newer survivors make a hole", () => {
    expect(setsOf([...acknowledged(10), injectedAt(950_000), ...both(names(0, 1, 2, 3, 4, 5, 6, 9))])).toMatchObject({ lost: 2, lostMs: 250, holes: true });
  });

  test("writes after the fault are no survivors of it", () => {
    const events = [...acknowledged(10), injectedAt(550_000), ...both(names(0, 1, 2, 3, 6, 7, 8, 9))];
    expect(setsOf(events)).toMatchObject({ lost: 2, lostMs: 150, holes: false });
  });

  test("a fault takes effect between its stamps, and what was sent before may be read after: lost with it, that is a tail and no hole", () => {
    const kill: JsonEvent = { type: "fault", at: 560_000, id: "kill", kind: "node-kill", on: "store", stage: "injected", beganUs: 420_000, endedUs: 560_000 };
    // w5 is acknowledged within the act, "late" was sent within it and is read behind its end; then the store is back.
    const late = [write("late", 550_000, "invoke"), write("late", 590_000, "ok")];
    const before = [write("usual", 10_000, "invoke"), write("usual", 60_000, "ok")];
    const events = [...acknowledged(10), ...before, kill, ...late, ...both(["usual", ...names(0, 1, 2, 3, 6, 7, 8, 9)])];
    // It had not taken effect as long as something was acknowledged: that is at most until the end of the act.
    expect(setsOf(events)).toMatchObject({ lost: 3, lostMs: 160, holes: false });
    expect(setsOf([...acknowledged(10), ...before, kill, ...late, ...both(["usual", ...names(0, 1, 2, 3, 5, 6, 7, 8, 9)])])).toMatchObject({ lost: 2, holes: true });
  });

  test("what was sent until the fault was felt, and is lost, was lost by it; without a witness it is a hole", () => {
    const felt = (seen: boolean): JsonEvent => ({ type: "fault", at: 640_000, id: "kill-550000", kind: "node-kill", on: "store", stage: "felt", witness: { seen, what: "gone" } });
    const events = (seen: boolean): JsonEvent[] => [...acknowledged(10), injectedAt(550_000), felt(seen), ...both(names(0, 1, 2, 3, 4, 7, 8, 9))];
    expect(setsOf(events(true))).toMatchObject({ lost: 2, lostMs: 100, holes: false });
    // As slow as no write before, under the load of the kill, and acknowledged before it was felt.
    const slow = [write("slow", 450_000, "invoke"), write("slow", 630_000, "ok")];
    expect(setsOf([...slow, ...events(true)])).toMatchObject({ lost: 3, lostMs: 130, holes: false });
    expect(setsOf(events(false))).toMatchObject({ lost: 2, lostMs: 50, holes: true });
  });

  test("of writes that were under way at once none is newer: only one that was sent after the lost one was acknowledged makes a hole", () => {
    const sentAt = (sentUs: number): JsonEvent[] => [write("lost", 0, "invoke"), write("kept", sentUs, "invoke"), write("lost", 500, "ok"), write("kept", 900, "ok"), injectedAt(1000), ...both(["kept"])];
    expect(setsOf(sentAt(400))).toMatchObject({ lost: 1, holes: false });
    expect(setsOf(sentAt(600))).toMatchObject({ lost: 1, holes: true });
  });

  test("what was acknowledged after the last fault has age 0, and without a fault there is no age", () => {
    expect(setsOf([...acknowledged(3), injectedAt(50_000), ...both(names(0, 2))])).toMatchObject({ lost: 1, lostMs: 0, holes: true });
    expect(setsOf([...acknowledged(3), ...both(names(0, 1))])).toMatchObject({ lost: 1, lostMs: null });
  });

  test("what was answered on its way through a fault is the fault's, and makes no hole", () => {
    const act = (beganUs: number, endedUs: number): JsonEvent => ({ type: "fault", at: endedUs, id: `kill-${beganUs}`, kind: "node-kill", on: "store", stage: "injected", beganUs, endedUs });
    const sent = (id: string, sentUs: number, answeredUs: number): JsonEvent[] => [write(id, sentUs, "invoke"), write(id, answeredUs, "ok")];
    const writes = [...sent("a", 895_000, 901_000), ...sent("b", 998_000, 1_001_000), ...sent("c", 998_500, 1_003_000), ...sent("d", 2_000_000, 2_001_000)];
    const faults = [act(1_000_000, 1_002_000), act(5_000_000, 5_002_000)];
    // Lost at the first fault: not four seconds before the second one.
    expect(setsOf([...writes, ...faults, ...both(["a", "d"])])).toMatchObject({ lost: 2, lostMs: 1, holes: false });
    // "b" was sent after "a" was acknowledged, and survived it.
    expect(setsOf([...writes, ...faults, ...both(["b", "c", "d"])])).toMatchObject({ lost: 1, lostMs: 100, holes: true });
    // Sent before the first fault, and answered when the system was up again, for it took longer than any write before it: that is the second fault's.
    const waited = sent("e", 999_000, 3_000_000);
    expect(setsOf([...writes, ...waited, ...faults, ...both(["a", "b", "c", "d"])])).toMatchObject({ lost: 1, lostMs: 2000, holes: false });
    const slower = sent("f", 996_000, 1_003_000);
    expect(setsOf([...writes, ...slower, ...faults, ...both(["a", "b", "c", "d"])])).toMatchObject({ lost: 1, lostMs: 3997 });
    // Sent again, and answered at once: what counts is how long the answer took that came.
    expect(setsOf([write("f", 500_000, "invoke"), write("f", 600_000, "info"), ...writes, ...sent("f", 998_000, 1_003_000), ...faults, ...both(["a", "b", "c", "d"])])).toMatchObject({ lost: 1, lostMs: 0 });
  });

  test("each of several faults has its own tail", () => {
    const events = [...acknowledged(10), injectedAt(250_000), injectedAt(750_000), ...both(names(0, 1, 3, 4, 5, 8, 9))];
    expect(setsOf(events)).toMatchObject({ lost: 3, lostMs: 150, holes: false });
  });
});

test("random ledgers agree with sets that are computed naively", () => {
  const roll = dice(3, "ledger");
  for (let round = 0; round < 200; round += 1) {
    const outcomes = Array.from({ length: 30 }, () => (["ok", "refused", "info"] as const)[Math.floor(roll() * 3)] ?? "ok");
    const copies = outcomes.map(() => Math.floor(roll() * 3));
    const ids = copies.flatMap((count, n) => Array.from({ length: count }, () => `w${n}`));
    const sets = setsOf([...outcomes.map((what, n) => write(`w${n}`, n, what)), readBack("database", [...ids, "stranger"]), readBack("api", [])]);
    const count = (holds: (n: number) => boolean): number => outcomes.filter((_, n) => holds(n)).length;
    expect(sets).toMatchObject({
      lost: count((n) => outcomes[n] === "ok" && copies[n] === 0),
      recovered: count((n) => outcomes[n] === "info" && copies[n] !== 0),
      resurrected: count((n) => outcomes[n] === "refused" && copies[n] !== 0),
      duplicated: count((n) => copies[n] === 2),
      unexpected: 1,
    });
  }
});
