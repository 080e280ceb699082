/** What a scripted store's own log says was lost, worked out the naive way: sets of texts, and nothing of the harness. */

export interface LossTruth {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly indeterminate: number;
  readonly read: number;
  readonly lost: number;
  readonly recovered: number;
  readonly duplicated: number;
  readonly resurrected: number;
  readonly unexpected: number;
  readonly holes: boolean;
  /** Oldest first. */
  readonly lostIds: readonly string[];
  /** From the answer of the oldest lost write to the fault after it, the longest of all faults; 0 for what was lost without one; null when nothing was. */
  readonly lostMs: number | null;
}

interface Line {
  readonly ns: bigint;
  readonly word: string;
  readonly rest: readonly string[];
}

export function lossTruth(log: string): LossTruth {
  const lines = log.split("\n").map(lineOf);
  const answered = lines.filter(({ word }) => word === "answer").map(({ ns, rest: [id = "", status = ""] }) => ({ ns, id, status }));
  const held = lines.filter(({ word }) => word === "holds").map(({ rest }) => rest[1] ?? "");
  const there = new Set(held);
  const asked = new Set(answered.map(({ id }) => id));
  const kept = (status: (word: string) => boolean): number => answered.filter(({ id, status: word }) => status(word) && there.has(id)).length;
  const acknowledged = answered.filter(({ status }) => status === "201");
  const lost = acknowledged.filter(({ id }) => !there.has(id));
  const faults = lines.filter(({ word }) => word === "fault").map(({ ns }) => ns);
  return {
    attempted: asked.size,
    acknowledged: acknowledged.length,
    refused: answered.filter(({ status }) => status === "409").length,
    indeterminate: answered.filter(({ status }) => inDoubt(status)).length,
    read: there.size,
    lost: lost.length,
    recovered: kept(inDoubt),
    duplicated: [...there].filter((id) => held.indexOf(id) !== held.lastIndexOf(id)).length,
    resurrected: kept((status) => status === "409"),
    unexpected: [...there].filter((id) => !asked.has(id)).length,
    holes: lost.some(({ ns }) => acknowledged.some((other) => other.ns > ns && there.has(other.id) && !faults.some((fault) => fault >= ns && fault < other.ns))),
    lostIds: lost.map(({ id }) => id),
    lostMs: lost.length === 0 ? null : Math.max(...lost.map(({ ns }) => agedMs(ns, faults))),
  };
}

function inDoubt(status: string): boolean {
  return status !== "201" && status !== "409";
}

function agedMs(answeredNs: bigint, faults: readonly bigint[]): number {
  const next = faults.find((fault) => fault >= answeredNs);
  return next === undefined ? 0 : Number(next - answeredNs) / 1_000_000;
}

function lineOf(text: string): Line {
  const [ns = "0", word = "", ...rest] = text.split(" ");
  return { ns: BigInt(ns), word, rest };
}
