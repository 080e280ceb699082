/** Runs of writes beside what the store's own log says of them: one row of the table for each kind of store. */

import type { TruthRow } from "../finding.ts";
import type { LossRun } from "./virtual-losses.ts";

/** What a run on sockets gives as well. */
export type ComparedLosses = Pick<LossRun, "truth" | "measured">;

const counts = ["attempted", "acknowledged", "refused", "indeterminate", "read", "lost", "recovered", "duplicated", "resurrected", "unexpected", "holes"] as const;
/** As many lost ids as the harness shows. */
const shownIds = 20;
const grainMs = 0.01;

export function lossRows(runs: readonly LossRun[]): TruthRow[] {
  const kinds = Map.groupBy(runs, ({ script }) => script.kind);
  return [...kinds].map(([kind, list]) => ({
    scripted: `writes to a ${kind}, with faults, holes, duplicates, late, hidden, refused and returning writes`,
    count: list.length,
    measured: setSums(list),
    worst: `${Math.max(...list.map((run) => setErrors(run).length))} sets, ${Math.max(...list.map(ageErrorMs)).toFixed(2)} ms of age`,
    misses: list.flatMap((run) => lossMisses(run).map((miss) => `${miss} (seed ${run.script.seed})`)),
  }));
}

export function lossMisses(run: LossRun): string[] {
  const ageMs = ageErrorMs(run);
  return [...setErrors(run), ...(ageMs > grainMs ? [`the age of what was lost is off by ${ageMs.toFixed(3)} ms`] : [])];
}

export function setErrors({ truth, measured }: ComparedLosses): string[] {
  const shown = truth.lostIds.slice(0, shownIds);
  const wrong = countErrors({ truth, measured });
  return shown.join() === measured.lostIds.join() ? wrong : [...wrong, `the oldest lost are ${shown.join()}, measured ${measured.lostIds.join()}`];
}

function countErrors({ truth, measured }: ComparedLosses): string[] {
  return counts.filter((set) => truth[set] !== measured[set]).map((set) => `${set} is ${truth[set]}, measured ${measured[set]}`);
}

/** On sockets, answers that are on their way at once may arrive in another order than they were given in: which is the older is then not known. */
function socketSetErrors({ truth, measured }: ComparedLosses): string[] {
  const lost = new Set(truth.lostIds);
  const strangers = measured.lostIds.filter((id) => !lost.has(id));
  const isWhole = new Set(measured.lostIds).size === Math.min(shownIds, lost.size);
  const wrong = countErrors({ truth, measured });
  return isWhole && strangers.length === 0 ? wrong : [...wrong, `the lost are ${truth.lostIds.join()}, measured ${measured.lostIds.join()}`];
}

/** The harness hears of an answer a network later than the store gave it, so it counts that much less; without any fault it gives no age. */
function ageErrorMs({ script, truth, measured }: LossRun): number {
  if (measured.lostMs === null) return truth.lostMs === null || script.faultsAfter.length === 0 ? 0 : Infinity;
  if (truth.lostMs === null) return Infinity;
  return Math.abs(measured.lostMs - Math.max(0, truth.lostMs - script.networkUs / 1000));
}

/** On sockets. */
export interface SocketLosses extends ComparedLosses {
  /** The longest response time of a write: an answer arrives by so much at most after it was given, and makes what is lost younger. */
  readonly onTheWayMs: number;
  /** The widest stamps of a fault. It took effect within them, so the harness may put it by so much before or after the store. */
  readonly stampsMs: number;
}

export function socketLossMisses(run: SocketLosses): string[] {
  const lessMs = lessThanTrueMs(run);
  const { least, most } = explainedMs(run);
  const isExplained = lessMs >= least && lessMs <= most;
  const miss = `the age of what was lost is ${run.truth.lostMs ?? 0} ms, measured ${run.measured.lostMs ?? 0} ms; ${(-least).toFixed(1)} ms more and ${most.toFixed(1)} ms less are explained`;
  return [...socketSetErrors(run), ...(isExplained ? [] : [miss])];
}

function lessThanTrueMs({ truth, measured }: SocketLosses): number {
  return (truth.lostMs ?? 0) - (measured.lostMs ?? 0);
}

function explainedMs({ onTheWayMs, stampsMs }: SocketLosses): { least: number; most: number } {
  return { least: -stampsMs, most: onTheWayMs + stampsMs };
}

export function socketLossRow(runs: readonly SocketLosses[], seed: number): TruthRow {
  const ages = runs.map((run) => ({ lessMs: lessThanTrueMs(run), ...explainedMs(run) }));
  const worst = ages.reduce((a, b) => (Math.abs(b.lessMs) > Math.abs(a.lessMs) ? b : a));
  return {
    scripted: "writes to a table, a queue and a key-value store, with faults, real sockets",
    count: runs.length,
    measured: setSums(runs),
    worst: `${Math.max(...runs.map((run) => socketSetErrors(run).length))} sets, ${worst.lessMs.toFixed(1)} ms of age, of ${worst.least.toFixed(1)} to ${worst.most.toFixed(1)}`,
    misses: runs.flatMap((run) => socketLossMisses(run).map((miss) => `${miss} (from seed ${seed} on)`)),
  };
}

function setSums(runs: readonly ComparedLosses[]): string {
  return ["lost", "recovered", "duplicated", "resurrected", "unexpected"].map((set) => `${sum(runs, set)} ${set}`).join(", ");
}

function sum(runs: readonly ComparedLosses[], set: string): string {
  const total = runs.reduce((all, { measured }) => all + Number(Object.entries(measured).find(([name]) => name === set)?.[1] ?? 0), 0);
  return total.toLocaleString("en-US");
}
