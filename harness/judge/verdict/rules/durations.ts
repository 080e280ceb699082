/** Durations per fault: the worst one with its precision. Means over faults: mean and worst, with how many. */

import { timeUnitOf, limitMsOf, inUnit } from "../../../sli/concepts/limit.ts";
import type { FaultDuration } from "../../../sli/observation.ts";
import type { Objective } from "../../../scenario/objective.ts";
import { formatCount, formatDemand, formatDurationMs, formatWithPrecision } from "../format.ts";
import type { Outcome } from "../schema.ts";
import { inconclusive, sentence, unfit, type RuleInput, type RuleResult } from "./rule.ts";

/** A fault without an outage has no duration: it counts as shorter than the precision. */
export function ruleDurations({ objective, spec, observation, pooled }: RuleInput<"durations">): RuleResult {
  const limitMs = limitMsOf(objective);
  const { faults } = observation;
  const [invalid] = faults.filter((fault) => fault.invalid !== null);
  if (faults.length === 0) return inconclusive("there was no fault to measure", 0);
  if ((objective.op !== "<" && objective.op !== "<=") || limitMs === null) return unfit(objective, faults.length);
  const ruled = faults.map((fault) => ({ fault, outcome: ruleOne(fault, objective, limitMs) }));
  const worst = ruled.reduce((a, b) => (severity(b) > severity(a) ? b : a));
  // One fault over the limit fails, whatever is not known of the others.
  if (worst.outcome !== "fail" && invalid !== undefined) return { ...inconclusive(invalid.invalid ?? "", faults.length), ...shown(objective, worst.fault) };
  const over = worst.fault.valueMs === null ? "" : `; ${formatDemand(objective.op, objective.limit, objective.unit)}`;
  const rest = faults.length > 1 ? `; worst of ${formatCount(faults.length, "fault")}` : "";
  return {
    outcome: worst.outcome,
    ...shown(objective, worst.fault),
    samples: faults.length,
    why: sentence(`${describeDuration(worst.fault, objective)} (${worst.fault.fault}, ${worst.fault.faultKind})${over}${rest}${confidenceNote(worst.outcome, faults.length, pooled?.runs)}`),
    cause: `${happened(worst.fault)} ${took(worst.fault, objective, spec.kind)}${over}`,
  };
}

/** Mean over every fault with an outage; not recovered ones make it a lower bound. */
export function ruleMean({ objective, observation }: RuleInput<"durations">): RuleResult {
  const limitMs = limitMsOf(objective);
  const { faults } = observation;
  const [invalid] = faults.filter((fault) => fault.invalid !== null);
  if (faults.length === 0) return inconclusive("there was no fault to measure", 0);
  if ((objective.op !== "<" && objective.op !== "<=") || limitMs === null) return unfit(objective, faults.length);
  const valid = faults.filter((fault) => fault.invalid === null);
  const felt = valid.filter((fault) => fault.valueMs !== null);
  const quiet = valid.length - felt.length;
  if (felt.length === 0) {
    return inconclusive(invalid?.invalid ?? `no outage was seen in any of ${formatCount(faults.length, "fault")}, so there is nothing to take a mean of`, faults.length);
  }
  const mean: FaultDuration = {
    fault: "mean",
    faultKind: "",
    on: "",
    clock: "fault",
    valueMs: average(felt.map((fault) => fault.valueMs ?? 0)),
    lowerBound: felt.some((fault) => fault.lowerBound),
    resolutionMs: average(felt.map((fault) => fault.resolutionMs)),
    invalid: null,
  };
  const worst = felt.reduce((a, b) => ((b.valueMs ?? 0) > (a.valueMs ?? 0) ? b : a));
  const ruled = ruleOne(mean, objective, limitMs);
  const outcome: Outcome = invalid === undefined ? ruled : "inconclusive";
  const left = [quiet > 0 ? `${quiet} more without an outage` : "", invalid === undefined ? "" : `not counted: ${invalid.invalid ?? ""}`].filter((text) => text !== "");
  const text = `mean ${describeDuration(mean, objective)} over ${formatCount(felt.length, "fault")}, worst ${describeDuration(worst, objective)} (${worst.fault})`;
  return {
    outcome,
    ...shown(objective, mean),
    samples: felt.length,
    why: sentence([text, formatDemand(objective.op, objective.limit, objective.unit), ...left].join("; ")),
    cause: text,
  };
}

function ruleOne(fault: FaultDuration, objective: Objective, limitMs: number): Outcome {
  if (fault.invalid !== null) return "inconclusive";
  const value = fault.valueMs ?? 0;
  const low = value - fault.resolutionMs;
  const high = value + fault.resolutionMs;
  const strict = objective.op === "<";
  if (low > limitMs || (strict && low >= limitMs)) return "fail";
  if (fault.lowerBound) return "inconclusive";
  return high < limitMs || (!strict && high === limitMs) ? "pass" : "inconclusive";
}

function severity({ fault, outcome }: { fault: FaultDuration; outcome: Outcome }): number {
  const rank = outcome === "fail" ? 2 : outcome === "inconclusive" ? 1 : 0;
  return rank * 1e15 + (fault.valueMs ?? 0);
}

function shown(objective: Objective, fault: FaultDuration): { value: number | null; interval: readonly [number, number] | null } {
  if (fault.invalid !== null) return { value: null, interval: null };
  const low = Math.max(0, (fault.valueMs ?? 0) - fault.resolutionMs);
  const high = (fault.valueMs ?? 0) + fault.resolutionMs;
  return { value: fault.valueMs === null ? null : inUnit(objective, fault.valueMs), interval: [inUnit(objective, low), inUnit(objective, high)] };
}

function describeDuration(fault: FaultDuration, objective: Objective): string {
  const unit = timeUnitOf(objective.unit) ?? "s";
  if (fault.valueMs === null) return `no outage seen (± ${formatDurationMs(fault.resolutionMs, unit)})`;
  if (fault.lowerBound) return `longer than ${formatDurationMs(fault.valueMs, unit)}, ${fault.unrepaired === undefined ? "not back to normal before the end" : `not repaired: ${fault.unrepaired}`}`;
  return formatWithPrecision(fault.valueMs, fault.resolutionMs, unit);
}

/** "after api-store was cut": for sentences that a release manager reads. */
function happened({ faultKind, on }: FaultDuration): string {
  return `after ${on} was ${faultWords[faultKind] ?? `hit by ${faultKind}`}`;
}

const faultWords: Readonly<Record<string, string>> = {
  "link-down": "cut off",
  "link-latency": "slowed down",
  "link-stall": "stalled",
  "link-reset": "reset",
  "link-partition": "parted",
  "link-corrupt": "corrupted",
  "link-bandwidth": "throttled",
  "link-slice": "sliced",
  "link-limit": "cut short",
  "http-answer": "answered with errors",
  "http-malformed": "answered unreadably",
  "http-slow": "answered slowly",
  "node-stop": "stopped",
  "node-kill": "killed",
  "node-pause": "paused",
  "node-disconnect": "disconnected",
  "node-limit": "limited",
  "process-kill": "killed",
  "process-terminate": "ended",
  "process-pause": "paused",
  "postgres-kill-backend": "killed",
  "postgres-kill-postmaster": "killed",
  "postgres-connections-exhausted": "exhausted",
  "postgres-table-lock": "locked",
  "postgres-read-only": "made read-only",
  "redis-pause": "paused",
  "redis-flush": "flushed",
  "redis-memory-full": "out of memory",
  "store-destroy": "lost with all of its data",
  "disk-full": "full",
};

function took(fault: FaultDuration, objective: Objective, kind: string): string {
  const since = fault.clock === "heal" ? " from its healing" : "";
  const until = kind === "resume-time" ? "until the next item was finished" : "until all was back to normal";
  if (fault.valueMs === null) return "no outage was seen";
  if (fault.lowerBound) return `it took longer than ${formatDurationMs(fault.valueMs, timeUnitOf(objective.unit) ?? "s")}${since} ${until}${fault.unrepaired === undefined ? "" : `: ${fault.unrepaired}`}`;
  return `it took ${describeDuration(fault, objective)}${since} ${until}`;
}

/**
 * N recoveries within the limit show that at least 0.05^(1/N) of all are, with 95 % confidence; over repeats the runs are counted, each of which has the same faults.
 * That holds however often it is looked at: all within the limit up to now were so at each look before.
 */
function confidenceNote(outcome: Outcome, count: number, runs?: number): string {
  if (outcome !== "pass") return "";
  if (runs !== undefined) return `; ${runs} of ${runs} within the limit: at least ${Math.floor(1000 * shownShare(runs)) / 10} % of such runs are, with 95 % confidence`;
  return `; ${formatCount(count, "recovery", "recoveries")} within the limit ${count === 1 ? "shows" : "show"} it for at least ${Math.floor(100 * shownShare(count))} % of such faults`;
}

/** Share of all such faults that `count` recoveries, all within the limit, show with 95 % confidence. */
export function shownShare(count: number): number {
  return 0.05 ** (1 / count);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
