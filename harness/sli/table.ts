/** The README's table of indicators. */

import type { IndicatorKind } from "../scenario/indicator.ts";

interface Row {
  shows: string;
  unit: string;
  rule: string;
}

/** Leaving an indicator out does not compile. */
const rows: { readonly [Kind in IndicatorKind]: Row } = {
  latency: { shows: "response time from the intended start, as a percentile; failed requests count as over any limit", unit: "ms, s", rule: "proportion" },
  availability: { shows: "share of good answers of all due requests; the time-weighted share and the worst second beside it", unit: "%", rule: "proportion" },
  throughput: { shows: "requests answered well per second, of those that were due", unit: "1/s", rule: "rate" },
  "completion-time": { shows: "intended ingest to seen finished, as a percentile of the acknowledged items", unit: "s, ms", rule: "proportion" },
  "completion-errors": { shows: "acknowledged items that ended as an error or never ended", unit: "%", rule: "proportion" },
  "completion-rate": { shows: "items that finished, against those offered and the backlog", unit: "items/day", rule: "rate" },
  gauge: { shows: "share of a gauge's samples within the limit", unit: "the gauge's", rule: "samples" },
  "recovery-time": { shows: "time from the fault, or from its healing, to back to normal", unit: "s, ms, min, h", rule: "duration per fault" },
  "mean-recovery-time": { shows: "mean of the recovery times over every fault of the suite", unit: "min, s, h", rule: "mean" },
  "resume-time": { shows: "time from healing to the next item that finished", unit: "s, ms", rule: "duration per fault" },
  ledger: { shows: "ids that were lost, duplicated, unexpected, resurrected, or misplaced, by the worst way of reading back", unit: "items", rule: "values" },
  "loss-age": { shows: "age at the fault of the oldest acknowledged write that was lost; of a drill at least the age of what was restored", unit: "s, min, h", rule: "values" },
  "restore-checks": { shows: "checks that what was restored did not pass, a restore that failed among them", unit: "checks", rule: "values" },
  fact: { shows: "every value of a query that was asked after recovery and quiescence", unit: "the fact's", rule: "values" },
  "health-lies": { shows: "good answers of a health probe while another probe shows that what it depends on is down", unit: "answers", rule: "values" },
  "unexpected-answers": { shows: "requests that got none of the allowed statuses, or no answer", unit: "requests", rule: "values" },
  "probe-time": { shows: "how long each answer of a probe took; failed checks count as over any limit", unit: "ms, s", rule: "values" },
  boot: { shows: "nodes that were not ready when the stack had booted", unit: "nodes", rule: "values" },
};

/** One row per indicator, as Markdown, each line with its end: what stands in the README between the marks of table `indicators`. */
export function indicatorTable(): string {
  const lines = Object.entries(rows).map(([kind, row]) => `| [\`${kind}\`](${kind}.ts) | ${row.shows} | ${row.unit} | ${row.rule} |`);
  return ["| indicator | shows | unit | rule |", "| --- | --- | --- | --- |", ...lines].map((line) => `${line}\n`).join("");
}
