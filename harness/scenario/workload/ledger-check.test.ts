import { describe, expect, test } from "vitest";
import { checkScenario, checkTarget } from "../check.ts";
import { parseScenario, parseTarget } from "../parse.ts";
import type { TargetInput } from "../target/target.ts";
import { loadText } from "./profile-text.ts";
import { isClosed, isServiceTime, routesOf } from "./workload.ts";

const readBack = { table: [{ via: "sql" as const, node: "db", statement: "select id from writes" }] };
const store = { kind: "table" as const, at: { node: "db" }, statement: "insert into writes (id) values ($1)" };
const shop: TargetInput = {
  name: "shop",
  title: "Shop",
  nodes: { api: { kind: "process", command: ["node", "api.js"] }, db: { kind: "postgres" }, queue: { kind: "redis" } },
  links: { "api-queue": { from: "api", to: "queue" } },
  routes: { order: { node: "api", method: "POST", path: "/orders", write: { ledger: "writes" } } },
  ledgers: { writes: { store, readBack }, orders: { readBack } },
};
const target = parseTarget(shop);
const rows = { name: "rows", engine: "ledger", ledger: "writes" };

function scenarioWith(...workloads: readonly object[]) {
  return parseScenario({ name: "kill", title: "Kill", target: "shop", workloads, phases: { baseline: "1s" }, stop: "none", rules: [] });
}

describe("a workload that writes a ledger", () => {
  test("has eight writers, and is a closed model unless it has a rate", () => {
    const [fast, slow] = scenarioWith(rows, { ...rows, name: "slow", rate: 50, writers: 4 }).workloads;
    if (fast === undefined || slow === undefined) throw new Error("two workloads were written");
    expect([fast, slow].map((workload) => [isClosed(workload), isServiceTime(workload), routesOf(workload, ["order"])])).toEqual([
      [true, true, []],
      [false, false, []],
    ]);
    expect(loadText(fast)).toBe("8 writers of writes, each again as soon as its write was acknowledged (closed model)");
    expect(loadText(slow)).toBe("50/s by 4 writers of writes, each with one write at a time");
  });

  test("is taken when nothing else writes to its ledger", () => {
    expect(() => checkScenario(scenarioWith(rows), target)).not.toThrow();
  });

  test.each([
    ["a ledger that is not there", [{ ...rows, ledger: "carts" }], 'workloads[0].ledger: there is no ledger with a store "carts"'],
    ["a ledger without a store", [{ ...rows, ledger: "orders" }], 'workloads[0].ledger: there is no ledger with a store "orders"'],
    ["a ledger that another writes as well", [rows, { ...rows, name: "more" }], 'ledger "writes" is written by workload "rows" and by "more"'],
    ["a ledger that a route writes as well", [rows, { name: "visitors", profile: { shape: "constant", rate: 5 }, journeys: [{ steps: ["order"] }] }], 'ledger "writes" is written by workload "rows" and by "visitors"'],
  ])("%s is refused", (_what, workloads, message) => {
    expect(() => checkScenario(scenarioWith(...workloads), target)).toThrow(expect.objectContaining({ code: "scenario-invalid", message: expect.stringContaining(message) }));
  });
});

describe("a store must be where it can be", () => {
  test.each([
    ["a table in Redis", { ...store, at: { node: "queue" } }, 'ledgers.writes.store.at.node: there is no node of kind postgres "queue"'],
    ["a table behind a link to Redis", { ...store, at: { link: "api-queue" } }, 'ledgers.writes.store.at.link: there is no link to a node of kind postgres "api-queue"'],
    ["a queue in PostgreSQL", { kind: "queue" as const, key: "writes", at: { node: "db" } }, 'ledgers.writes.store.at.node: there is no node of kind redis "db"'],
  ])("%s", (_what, wrong, message) => {
    const parsed = parseTarget({ ...shop, ledgers: { ...shop.ledgers, writes: { store: wrong, readBack } } });
    expect(() => checkTarget(parsed)).toThrow(expect.objectContaining({ code: "target-invalid", message: expect.stringContaining(message) }));
  });

  test("a queue behind a link to Redis", () => {
    const parsed = parseTarget({ ...shop, ledgers: { ...shop.ledgers, writes: { store: { kind: "queue", key: "writes", at: { link: "api-queue" } }, readBack } } });
    expect(() => checkTarget(parsed)).not.toThrow();
  });
});
