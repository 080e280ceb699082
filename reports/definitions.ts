/** What each kind of number means and how it is reckoned, in a reader's words (MEASURES.md). */

import type { IndicatorKind } from "../harness/scenario/indicator.ts";

export interface Definition {
  name: string;
  meaning: string;
  formula: string;
}

export const indicatorDefinitions: Readonly<Record<IndicatorKind, Definition>> = {
  latency: { name: "Response time", meaning: "From the instant a request was due to its answer, so that waiting in line counts.", formula: "percentile by nearest rank; \"p95 < X\" is the claim that at most 5 % of requests reach X or fail, decided by the exact binomial bounds (95 %, one-sided)" },
  availability: { name: "Availability", meaning: "Share of due requests that were answered well; dropped requests and timeouts are failures.", formula: "good ÷ due; decided by the exact binomial bounds (95 %, one-sided)" },
  throughput: { name: "Throughput", meaning: "Good answers per second.", formula: "good answers ÷ length of the phase" },
  "completion-time": { name: "Time per item", meaning: "From the instant an item was due to be sent until it was seen finished, ± the polling interval.", formula: "percentile by nearest rank; unfinished items are over any limit; exact binomial bounds" },
  "completion-errors": { name: "Item errors", meaning: "Acknowledged items that ended as an error or never ended.", formula: "errors and unfinished ÷ acknowledged; exact binomial bounds" },
  "completion-rate": { name: "Items per time", meaning: "How many items are finished when more are offered than promised.", formula: "finished ÷ time, while the backlog does not grow" },
  gauge: { name: "Gauge", meaning: "A number that the system exposes, sampled at a fixed rate; a missed sample is missing, not zero.", formula: "share of samples within the limit, of at least 60" },
  "recovery-time": { name: "Recovery time", meaning: "From the fault (or its healing) to the first good request that opens a window of good ones.", formula: "back to normal − injected (clock of the fault) or − healed (clock of the healing); the worst of all faults ± precision is compared" },
  "mean-recovery-time": { name: "Mean recovery time", meaning: "Mean over all faults of the suite.", formula: "sum of recovery times ÷ faults" },
  "resume-time": { name: "Time to resume", meaning: "From the healing to the next item that was seen finished.", formula: "first finished after healing − healed; the worst of all faults ± precision is compared" },
  ledger: { name: "Ledger", meaning: "Every write has an id and is read back once the system is at rest.", formula: "lost = acknowledged − read back; duplicated, unexpected and resurrected likewise; any is a failure" },
  "loss-age": { name: "Age of the loss", meaning: "How old the oldest lost write was when the fault came; of a drill at least as old as what was restored.", formula: "injected − acknowledgement of the oldest lost write, at least 0; of a drill not less than the age of what was restored, times its scale" },
  "restore-checks": { name: "Checks of a restore", meaning: "Numbers of the data, such as counts, that never shrink: asked before the last back-up, and again of what was restored.", formula: "number of those that are less than at the back-up or cannot be asked, and one for a restore that failed" },
  fact: { name: "Fact", meaning: "A number asked for once, after recovery and when the system is at rest.", formula: "every value must keep the limit" },
  "health-lies": { name: "Health check that lies", meaning: "Good answers of the health check while what it depends on is down.", formula: "number of such answers" },
  "unexpected-answers": { name: "Unexpected answers", meaning: "Answers in the phase with another status than the allowed ones.", formula: "number of such answers" },
  "probe-time": { name: "Time of a probe", meaning: "A small check on a fresh connection, apart from the load.", formula: "time to its answer; a failed one is over any limit" },
  boot: { name: "Boot", meaning: "Nodes that were not ready when the stack had booted.", formula: "number of such nodes" },
};

/** The definition of a ruling's indicator ("latency", or "latency p95 of ingest"); null when there is none. */
export function definitionOf(indicator: string | null): Definition | null {
  const [kind] = /^[a-z-]+/.exec(indicator ?? "") ?? [];
  return kind !== undefined && isIndicatorKind(kind) ? indicatorDefinitions[kind] : null;
}

function isIndicatorKind(kind: string): kind is IndicatorKind {
  return Object.hasOwn(indicatorDefinitions, kind);
}

/** Terms of the report, by fragment id. */
export const terms: readonly { id: string; term: string; meaning: string }[] = [
  { id: "pass", term: "pass, fail, inconclusive", meaning: "Inconclusive means that the run cannot tell: too few samples, no data, a load that did not keep its schedule, a fault that was not confirmed. No data is never a pass." },
  { id: "not-covered", term: "not covered", meaning: "No scenario of this suite rules on the objective; its row says where it is shown instead. A required one that is not ruled makes the suite inconclusive." },
  { id: "information", term: "information", meaning: "A value without a ruling: nothing is promised, or this run was too short to exceed the limit. Counted apart from the passes." },
  { id: "flaky", term: "repeats, flaky", meaning: "The same plan carried out again, each time on a fresh stack. Samples are added up; where one failure is one too many, the worst repeat counts. What passes in some repeats and fails in others is flaky and does not pass." },
  { id: "own", term: "own", meaning: "A promise that the roadmap lacks and this gate needs. Counted apart from the roadmap's." },
  { id: "precision", term: "± precision", meaning: "How finely the instant could be seen: the larger of the arrival interval and the probe interval, plus the granularity of timeouts. A value is compared together with it." },
  { id: "confirmed", term: "fault confirmed", meaning: "It was seen that the system can feel the fault, by something other than the fault itself. A fault that was not confirmed proves nothing." },
  { id: "normal", term: "back to normal", meaning: "The first good request that opens a window of at least 1 s and 50 requests with 99 % good answers within the degraded limit, dated back to that request." },
  { id: "clocks", term: "two clocks", meaning: "Since the fault: what users wait when the system has to repair itself. Since healing: what is left once the cause is gone. A fault that the scenario ends itself would look shorter with a shorter hold, so both are shown." },
  { id: "response", term: "response and service time", meaning: "Response time counts from the instant a request was due, service time from the instant it was sent. Their difference is the load generator's own lateness." },
  { id: "p95", term: "p50, p95, p99", meaning: "Nearest rank over good answers. Left out (–) when fewer than 10 samples lie above." },
  { id: "availability", term: "availability, by requests and by time", meaning: "By requests: good ÷ due. By time: share of 100 ms slots without a failure; slots without a sample are left out." },
  { id: "worst", term: "worst window", meaning: "Share of good requests in the worst second." },
  { id: "indeterminate", term: "in doubt", meaning: "A write whose answer was lost: it may or may not have been stored. Those that were found are recovered; none of them counts as lost." },
  { id: "hole", term: "hole", meaning: "Newer writes survived while older ones were lost. Worse than a lost tail." },
];
