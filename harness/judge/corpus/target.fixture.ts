/** A small made-up system with one objective per kind of indicator, for tests of the judge and of the reports. */

import type { Target, TargetInput } from "../../scenario/target/target.ts";
import { scriptedTarget } from "../../sli/scripted/header.fixture.ts";

const source = { document: "scripted.md", section: "Targets" };

/** Text put into every field that a target controls, for tests with hostile strings. */
export interface TargetTexts {
  note?: string;
}

export function corpusTarget(texts: TargetTexts = {}): Target {
  const note = texts.note === undefined ? "" : ` ${texts.note}`;
  const input = system(note);
  return scriptedTarget({ ...input, objectives: objectives(note) });
}

function system(note: string): TargetInput {
  return {
    name: "orders",
    title: `Orders, a scripted system${note}`,
    settings: { "processing time": `800 ms${note}` },
    nodes: {
      api: { kind: "process", command: ["orders"], needs: ["store"] },
      store: { kind: "postgres" },
    },
    links: { "api-store": { from: "api", to: "store" } },
    routes: {
      place: {
        node: "api",
        method: "POST",
        path: "/orders",
        expect: { status: [202] },
        write: { ledger: "orders", refused: { status: [503] } },
      },
    },
    ledgers: {
      orders: {
        readBack: {
          database: [{ via: "sql", node: "store", statement: "select id from orders" }],
          api: [{ via: "http", node: "api", path: "/orders", pick: "[].id" }],
        },
      },
    },
    completions: { shipped: { ledger: "orders", query: { via: "sql", node: "store", statement: "select id from shipped" } } },
    gauges: { queue: { query: { via: "sql", node: "store", statement: "select count(*) from queue" }, unit: "orders" } },
    facts: { attempts: { query: { via: "sql", node: "store", statement: "select max(attempts) from orders" } } },
    probes: {
      "api-deep": { layer: "http", at: { node: "api" }, path: "/health/ready", every: "500ms" },
      "store-link": { layer: "postgres", at: { link: "api-store" }, every: "200ms" },
    },
  };
}

type ObjectiveRow = NonNullable<TargetInput["objectives"]>[number];

function objectives(note: string): ObjectiveRow[] {
  return [
    row("ORD-01", `95 % of requests are answered in under 500 ms${note}`, { indicator: { kind: "latency" }, op: "<", limit: 500, unit: "ms" }),
    row("ORD-02", "Available 99.9 % of the time", { indicator: { kind: "availability" }, op: ">=", limit: 99.9, unit: "%" }),
    row("ORD-03", "An order is shipped within 10 s", { indicator: { kind: "completion-time", completion: "shipped" }, op: "<=", limit: 10, unit: "s" }),
    row("ORD-04", "Fewer than 0.5 % of the orders fail", { indicator: { kind: "completion-errors", completion: "shipped" }, op: "<", limit: 0.5, unit: "%" }),
    row("ORD-05", "100,000 orders a day", {
      indicator: { kind: "completion-rate", completion: "shipped" },
      phase: "baseline",
      op: ">=",
      limit: 100_000,
      unit: "orders/day",
    }),
    row("ORD-06", "Fewer than 10 orders wait", { indicator: { kind: "gauge", gauge: "queue" }, op: "<", limit: 10, unit: "orders", choice: "95 % of samples" }),
    row("ORD-07", "Back within 5 s after the store was out of reach", { indicator: { kind: "recovery-time" }, phase: "all", op: "<=", limit: 5, unit: "s" }),
    row("ORD-08", "Mean time to repair under 15 minutes", { indicator: { kind: "mean-recovery-time" }, phase: "all", op: "<", limit: 15, unit: "min" }),
    row("ORD-09", "Shipping resumes within 5 s", { indicator: { kind: "resume-time", completion: "shipped" }, phase: "all", op: "<=", limit: 5, unit: "s" }),
    row("ORD-10", "No acknowledged order is lost", { indicator: { kind: "ledger", ledger: "orders", set: "lost" }, phase: "all", op: "==", limit: 0, unit: "orders" }),
    row("ORD-11", "No order is stored twice", { indicator: { kind: "ledger", ledger: "orders", set: "duplicated" }, phase: "all", op: "==", limit: 0, unit: "orders" }),
    row("ORD-12", "At most one hour of orders is lost", { indicator: { kind: "loss-age", ledger: "orders" }, phase: "all", op: "<=", limit: 1, unit: "h" }),
    row("ORD-13", "At most 3 attempts an order", { indicator: { kind: "fact", fact: "attempts" }, phase: "all", op: "<=", limit: 3, unit: "attempts" }),
    row("ORD-14", "Deep health is not OK while the store is out of reach", {
      indicator: { kind: "health-lies", probe: "api-deep", while: "store-link" },
      phase: "fault",
      op: "==",
      limit: 0,
      unit: "answers",
    }),
    row("ORD-15", "Only 202 or 503 while the store is out of reach", {
      indicator: { kind: "unexpected-answers", allowed: [202, 503] },
      phase: "fault",
      op: "==",
      limit: 0,
      unit: "answers",
    }),
    row("ORD-16", "A health check answers within 500 ms", { indicator: { kind: "probe-time", probe: "api-deep" }, op: "<=", limit: 500, unit: "ms" }),
    row("ORD-17", "Every node comes up", { indicator: { kind: "boot" }, phase: "all", op: "==", limit: 0, unit: "nodes" }),
    row("ORD-18", "Orders a second", { indicator: { kind: "throughput" }, op: "measure", limit: null, unit: "1/s" }),
    row("ORD-19", "Response time, again in another section", { indicator: null, op: "<", limit: 500, unit: "ms", sameAs: "ORD-01" }),
    row("ORD-20", `Restored within 4 h of a disaster${note}`, { indicator: null, op: "<=", limit: 4, unit: "h", coverage: "suite rehearsal, backup drill" }),
  ];
}

function row(id: string, statement: string, rest: Omit<ObjectiveRow, "id" | "statement" | "source" | "kind">): ObjectiveRow {
  const own = Number(id.slice(4)) >= 9 && Number(id.slice(4)) <= 11;
  return { id, statement, source: { ...source, line: Number(id.slice(4)) }, kind: own ? "own" : "target", ...rest };
}
