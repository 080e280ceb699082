/** The promises that a first gate needs, with limits for the team to put its own in. Numbers are fixed by concept, so that they mean the same when more is known. */

import type { IndicatorSpec } from "../../../scenario/indicator.ts";
import type { Known } from "./known.ts";

export interface ObjectiveRow {
  readonly id: string;
  readonly statement: string;
  readonly source: { readonly document: string; readonly section: string };
  readonly kind: "own";
  readonly indicator: IndicatorInput | null;
  readonly phase?: "steady" | "fault" | "all";
  readonly op: string;
  readonly limit: number;
  readonly unit: string;
  readonly coverage?: string;
}

type IndicatorInput = { readonly kind: IndicatorSpec["kind"] } & Readonly<Record<string, unknown>>;

/** What a promise is about; its place in the list is its number. */
export const concepts = ["answered", "fast", "back", "ready", "kept", "once", "finished-in-time", "finished-well", "queue-short", "honest-health"] as const;
export type Concept = (typeof concepts)[number];

export function idOf(concept: Concept, { prefix }: Known): string {
  return numbered(prefix, concepts.indexOf(concept) + 1);
}

/** Of the promise that a database keeps what is written straight to it. */
export function storeIdOf(store: string, known: Known): string {
  return numbered(known.prefix, concepts.length + 1 + known.straight.indexOf(store));
}

function numbered(prefix: string, number: number): string {
  return `${prefix}-${String(number).padStart(2, "0")}`;
}

export function objectivesOf(known: Known): ObjectiveRow[] {
  const source = { document: "objectives", section: "First gate: put in what your own roadmap promises" };
  const own = concepts.map((concept): ObjectiveRow => {
    const row = rows[concept](known);
    const missing = known.missing.find((entry) => entry.concepts.includes(concept));
    const open = missing === undefined ? {} : { indicator: null, coverage: `nothing until it is set up: ${missing.line}` };
    return { id: idOf(concept, known), source, kind: "own", ...row, ...open };
  });
  return [...own, ...known.straight.map((store): ObjectiveRow => ({ id: storeIdOf(store, known), source, kind: "own", ...keptBy(store) }))];
}

type Row = Omit<ObjectiveRow, "id" | "source" | "kind">;

const rows: Readonly<Record<Concept, (known: Known) => Row>> = {
  answered: () => ({ statement: "At least 99.5 % of the requests are answered well.", indicator: { kind: "availability" }, op: ">=", limit: 99.5, unit: "%" }),
  fast: () => ({ statement: "95 % of the requests are answered in under 500 ms.", indicator: { kind: "latency", quantile: 0.95 }, op: "<", limit: 500, unit: "ms" }),
  back: () => ({ statement: "Requests are back to normal within 10 s.", indicator: { kind: "recovery-time" }, phase: "all", op: "<=", limit: 10, unit: "s" }),
  ready: () => ({ statement: "Every part of the system becomes ready when it is started.", indicator: { kind: "boot" }, phase: "all", op: "==", limit: 0, unit: "nodes" }),
  kept: () => ({ statement: "No acknowledged write is lost.", indicator: { kind: "ledger", ledger: "writes", set: "lost" }, phase: "all", op: "==", limit: 0, unit: "writes" }),
  once: () => ({ statement: "No write is stored twice.", indicator: { kind: "ledger", ledger: "writes", set: "duplicated" }, phase: "all", op: "==", limit: 0, unit: "writes" }),
  "finished-in-time": () => ({ statement: "95 % of what is handed in is finished within 10 s.", indicator: { kind: "completion-time", completion: "writes", quantile: 0.95 }, op: "<=", limit: 10, unit: "s" }),
  "finished-well": () => ({ statement: "Fewer than 1 % of what is accepted ends in an error or never ends.", indicator: { kind: "completion-errors", completion: "writes" }, op: "<", limit: 1, unit: "%" }),
  "queue-short": () => ({ statement: "Fewer than 100 items wait in the queue.", indicator: { kind: "gauge", gauge: "queue-length", share: 0.95 }, op: "<", limit: 100, unit: "items" }),
  "honest-health": ({ databases }) => ({
    statement: "The deep health check never says that all is well while the database cannot be reached.",
    indicator: { kind: "health-lies", probe: "deep", while: databases[0]?.probe ?? "" },
    phase: "fault",
    op: "==",
    limit: 0,
    unit: "answers",
  }),
};

function keptBy(store: string): Row {
  return { statement: `No acknowledged write straight to ${store} is lost.`, indicator: { kind: "ledger", ledger: `${store}-writes`, set: "lost" }, phase: "all", op: "==", limit: 0, unit: "writes" };
}
