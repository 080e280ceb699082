/** The first screen as sentences, the same in every output: outcome and cause, what changed, the rows worst first, why this run may be trusted. */

import type { SuiteObjective } from "../harness/judge/verdict/schema.ts";
import { firstBadMs, nearLines } from "../harness/judge/collect/near-lines.ts";
import { dayText, limitText, numberText, percentText, plural, pointText, spanText, valueText } from "./figure.ts";
import type { ReportInput } from "./input.ts";
import { rowsWith, standingOf } from "./row.ts";
import { cut, plain, short } from "./text.ts";

export interface Screen {
  /** "PASS", "FAIL" or "INCONCLUSIVE". */
  word: string;
  /** The headline without that word. */
  headline: string;
  counts: { required: string; all: string };
  /** Since the last comparable run. */
  changes: readonly string[];
  red: readonly SuiteObjective[];
  passed: readonly SuiteObjective[];
  information: readonly SuiteObjective[];
  notCovered: readonly SuiteObjective[];
  trust: readonly TrustLine[];
  /** Why the run is not a whole one: stopped, interrupted, scenarios left out. */
  interruptions: readonly string[];
  /** Of each scenario in which something failed: what its nodes printed nearest to its first bad sample, a line each. */
  near: readonly { scenario: string; lines: readonly string[] }[];
}

export interface TrustLine {
  good: boolean;
  text: string;
}

export function screenOf(input: ReportInput): Screen {
  const { suite } = input;
  const rows = suite.objectives;
  return {
    word: suite.outcome.toUpperCase(),
    headline: withoutWord(plain(suite.headline), suite.outcome),
    counts: countsOf(input),
    changes: changesOf(input),
    red: [...rowsWith(rows, "fail"), ...rowsWith(rows, "inconclusive")],
    passed: rowsWith(rows, "pass"),
    information: rowsWith(rows, "information"),
    notCovered: rowsWith(rows, "not covered"),
    trust: [...repeatsTrust(input), loadTrust(input), faultTrust(input), ...steadyTrust(input), ...linkTrust(input), cleanupTrust(input), ...gateTrust(input)],
    interruptions: interruptionsOf(input),
    near: nearOf(input),
  };
}

/** "p95 212 ms (< 500 ms)": a pass in a few words. */
export function passText(row: SuiteObjective, most: number): string {
  return `${short(row.statement, most)}: ${valueText(row)} (${limitText(row)})`;
}

const nearLinesShown = 3;
const longestNearLine = 300;

function nearOf({ suite, scenarios }: ReportInput): Screen["near"] {
  const failed = new Set(rowsWith(suite.objectives, "fail").flatMap(({ scenario, others }) => [scenario, ...others.filter(({ outcome }) => outcome === "fail").map((other) => other.scenario)]));
  return scenarios.flatMap(({ verdict: { scenario }, evidence }) => {
    const atMs = firstBadMs(evidence);
    const near = atMs === null || !failed.has(scenario) ? [] : nearLines(evidence, atMs, nearLinesShown);
    return near.length === 0 ? [] : [{ scenario, lines: near.map(({ atMs: at, process, line }) => `${pointText(at)} ${plain(process)}: ${cut(plain(line), longestNearLine)}`) }];
  });
}

function withoutWord(headline: string, outcome: string): string {
  const rest = headline.toLowerCase().startsWith(outcome) ? headline.slice(outcome.length).replace(/^[\s,.:;–-]+/, "") : headline;
  return rest === "" ? headline : capital(rest);
}

function countsOf({ suite }: ReportInput): Screen["counts"] {
  const { counts, required } = suite;
  const ruled = suite.objectives.filter((row) => row.required && row.status === "ruled").length;
  const parts = [`${counts.requiredFailed} failed`, `${counts.requiredInconclusive} inconclusive`, `${counts.requiredPassed} passed`];
  const outcomes = [`${counts.passed} passed`, ...(counts.failed > 0 ? [`${counts.failed} failed`] : []), ...(counts.inconclusive > 0 ? [`${counts.inconclusive} inconclusive`] : [])];
  const rest = [
    ...(counts.information > 0 ? [`${counts.information} information only`] : []),
    ...(counts.notCovered > 0 ? [`${counts.notCovered} not covered here`] : []),
    ...(counts.own > 0 ? [`${counts.own} of the ${counts.objectives} are our own`] : []),
  ];
  const all = [`${counts.ruled} of ${counts.objectives} ruled: ${outcomes.join(" · ")}`, ...rest].join("; ");
  return { required: `${ruled} of ${required.length} required ruled: ${parts.join(" · ")}`, all };
}

function changesOf({ suite }: ReportInput): string[] {
  if (suite.previousRun === null) return ["No earlier comparable run to compare with."];
  const changed = suite.objectives.flatMap((row) => {
    if (row.previous === null || row.status !== "ruled" || row.previous.outcome === null || row.previous.outcome === row.outcome) return [];
    const now = standingOf(row);
    const was = row.previous.value === null ? "no value" : valueText({ ...row, value: row.previous.value });
    return [`${plain(row.objective)} ${plain(row.previous.outcome)} → ${now === "fail" ? "FAIL" : now} (${was} → ${valueText(row)}).`];
  });
  const gone = suite.disappeared.map(plain);
  return [
    ...(changed.length === 0 ? ["No outcome changed."] : changed),
    gone.length === 0 ? "No objective disappeared." : `Disappeared since then: ${gone.join(", ")}.`,
  ];
}

/** How many repeats count, what is flaky, and what was made again because a tool failed. Nothing in a plain run. */
function repeatsTrust({ suite }: ReportInput): TrustLine[] {
  const { repeats } = suite;
  if (repeats === undefined) return [];
  const { counted, most, untilDecided, confidencePercent, attempts, flaky } = repeats;
  const seeds = attempts.filter((attempt) => attempt.void === null).map(({ seed }) => String(seed)).join(", ");
  const asked = untilDecided ? `${plural(counted, "repeat")} of at most ${most}, until decided; each look at ${percentText(confidencePercent)} % confidence, so that all together keep 95 %` : `${counted} of ${plural(most, "repeat")}`;
  const unstable = flaky.map((objective) => `${plain(objective)} ${outcomesText(suite.objectives.find((row) => row.objective === objective))}`);
  const again = attempts.flatMap((attempt) => (attempt.void === null ? [] : [`${attempt.folder}: ${plain(attempt.void)}`]));
  return [
    { good: untilDecided || counted === most, text: `${asked}, each on a stack of its own (seeds ${seeds})` },
    ...(unstable.length === 0 ? [] : [{ good: false, text: `FLAKY, passes in some repeats and fails in others: ${unstable.join("; ")}` }]),
    ...(again.length === 0 ? [] : [{ good: false, text: `${plural(again.length, "attempt")} did not count, a tool failed: ${again.join("; ")}` }]),
  ];
}

/** "(pass, fail, pass)", repeat by repeat. */
function outcomesText(row: SuiteObjective | undefined): string {
  const unstable = row?.repeats?.filter(({ flaky }) => flaky) ?? [];
  return unstable.map(({ scenario, outcomes }) => `(${plain(scenario)}: ${outcomes.map(({ outcome }) => outcome ?? "not ruled").join(", ")})`).join(" ");
}

function loadTrust({ scenarios }: ReportInput): TrustLine {
  const generators = scenarios.map(({ verdict }) => verdict.generator);
  if (generators.length === 0) return { good: false, text: "No scenario ran" };
  const total = (key: "offered" | "started" | "dropped"): number => generators.reduce((sum, generator) => sum + generator[key], 0);
  const lags = generators.flatMap(({ startLagP99Ms }) => (startLagP99Ms === null ? [] : [startLagP99Ms]));
  const unsound = scenarios.filter(({ verdict }) => verdict.generator.saturated || verdict.generator.offered === 0);
  const reasons = unsound.map(({ verdict }) => `${plain(verdict.scenario)}: ${plain(verdict.generator.why ?? "the load could not keep its schedule")}`);
  const workloads = scenarios.flatMap(({ evidence }) => evidence.workloads);
  const closed = [...new Set(workloads.filter(({ latency }) => latency === "service time").map(({ name }) => plain(name)))];
  const unlagged = workloads.length > 0 && workloads.every(({ latency }) => latency === "service time") ? "no schedule to lag behind" : "lag unknown";
  const lag = lags.length === 0 ? unlagged : `lag p99 ${spanText(Math.max(...lags))}`;
  const basis = closed.length === 0 ? "" : `; latency of ${closed.join(", ")} is service time`;
  const sent = `sent ${numberText(total("started"))} of ${numberText(total("offered"))}, ${numberText(total("dropped"))} dropped, ${lag}${basis}`;
  return unsound.length === 0 ? { good: true, text: `Load sound: ${sent}` } : { good: false, text: `Load not sound: ${sent}; ${reasons.join("; ")}` };
}

function faultTrust({ scenarios }: ReportInput): TrustLine {
  const faults = scenarios.flatMap(({ verdict }) => verdict.faults);
  if (faults.length === 0) return { good: true, text: "No faults in this run" };
  const confirmed = faults.filter(({ feltAtMs }) => feltAtMs !== null).length;
  const healed = faults.filter(({ healedAtMs }) => healedAtMs !== null).length;
  const all = faults.length;
  if (confirmed === all && healed === all) return { good: true, text: `${all} of ${plural(all, "fault")} confirmed and healed` };
  return { good: false, text: `${confirmed} of ${plural(all, "fault")} confirmed, ${healed} healed` };
}

/** How the system was before the first fault and after the last one; nothing where no scenario asks. */
function steadyTrust({ scenarios }: ReportInput): TrustLine[] {
  const records = scenarios.flatMap(({ verdict: { scenario, steadyState } }) => (steadyState == null ? [] : [{ scenario: plain(scenario), ...steadyState }]));
  const unsteady = records.flatMap(({ scenario, before }) => (before === null || before.steady ? [] : [{ good: false, text: `${scenario}: not steady before the first fault, so nothing was injected: ${plain(before.why ?? "")}` }]));
  const away = records.flatMap(({ scenario, back }) => (back === null || back.returned ? [] : [{ good: false, text: `${scenario}: not back to its baseline after the last fault: ${plain(back.why ?? "")}` }]));
  const bad = [...unsteady, ...away];
  if (records.length === 0 || bad.length > 0) return bad;
  const took = records.flatMap(({ back }) => back?.tookMs ?? []);
  const back = took.length === 0 ? "" : `, back to its baseline ${took.length > 1 ? "at most " : ""}${spanText(Math.max(...took))} after the last`;
  return [{ good: true, text: `Steady before the first fault${back}` }];
}

/** Links that no scenario of the run used, with what to do; and a run whose proxy does not count. Nothing when all is well. */
function linkTrust({ header, scenarios }: ReportInput): TrustLine[] {
  const records = scenarios.flatMap(({ verdict }) => verdict.links);
  const faulted = scenarios.some(({ verdict }) => verdict.faults.some(({ kind }) => kind.startsWith("link-")));
  if (faulted && records.length > 0 && records.every(({ use }) => use === null)) {
    return [{ good: false, text: `Not known whether the service used its links: ${header.proxy === "toxiproxy" ? "Toxiproxy does not count" : "they were not counted"}` }];
  }
  const used = new Set(records.filter(({ use }) => use === null || use.connections + use.bytesUp + use.bytesDown > 0).map(({ link }) => link));
  const unused = new Map(records.filter(({ link }) => !used.has(link)).map((record) => [record.link, record]));
  return [...unused.values()].map(({ link, from, to }) => ({
    good: false,
    text: `Nothing of ${plain(from)} went over link ${plain(link)}: unless it needs ${plain(to)} for nothing here, it was told of another address. Give it {{link:${plain(link)}}}, and let ${plain(to)} announce that (Redis: replica-announce-ip, cluster-announce-ip, Sentinel announce-ip; Kafka: advertised.listeners)`,
  }));
}

function cleanupTrust({ suite }: ReportInput): TrustLine {
  const { complete, left } = suite.cleanup;
  if (complete === null) return { good: false, text: "Clean-up not recorded: run `npx roadworthy heal`" };
  if (complete && left.length === 0) return { good: true, text: "Nothing left running" };
  return { good: false, text: `CLEAN-UP INCOMPLETE: ${left.map((item) => `${plain(item.kind)} ${plain(item.id)} (undo: ${plain(item.command)})`).join("; ")}` };
}

const mostNamed = 5;

/** Whether the gates are known to be able to go red. Nothing where the log does not tell. */
function gateTrust({ suite }: ReportInput): TrustLine[] {
  const gates = suite.objectives.filter((row) => row.required && row.status === "ruled" && row.lastSeenRed !== undefined);
  const never = gates.filter((row) => row.lastSeenRed === null).map((row) => plain(row.objective));
  const dates = gates.flatMap((row) => (row.lastSeenRed == null ? [] : [row.lastSeenRed.at])).toSorted();
  const [oldest] = dates;
  if (gates.length === 0) return [];
  if (never.length === 0 && oldest !== undefined) return [{ good: true, text: `Each gate has been seen red, the longest ago on ${dayText(oldest)}` }];
  const named = never.slice(0, mostNamed).join(", ");
  return [{ good: false, text: `${never.length} of ${plural(gates.length, "gate")} never seen red (${named}${never.length > mostNamed ? ", …" : ""}): roadworthy selftest shows whether they can` }];
}

/** The judge's `incomplete` names all reasons, a stop among them; the hint of a stop is the only thing it leaves out. */
function interruptionsOf({ suite }: ReportInput): string[] {
  const hint = suite.stopped?.hint ?? null;
  const advice = hint === null ? "" : `. ${capital(plain(hint))}`;
  const said = suite.incomplete !== null && suite.headline.includes(suite.incomplete);
  if (suite.incomplete !== null) return [`${said ? "This run is incomplete" : `Incomplete: ${plain(suite.incomplete)}`}${advice}`];
  if (suite.stopped !== null) return [`Stopped early: ${plain(suite.stopped.message)}${advice}`];
  const skipped = suite.scenarios.filter(({ ran }) => !ran).map(({ scenario }) => plain(scenario));
  return skipped.length === 0 ? [] : [`Did not run: ${skipped.join(", ")}`];
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
