/** What of a load is not as it looks, and what to do next. */

import { formatCount, formatDurationMs, formatNumber, formatPercent } from "../../harness/judge/verdict/format.ts";
import { mayPrint } from "../../harness/sli/concepts/percentile.ts";
import { exhaustions, generatorLimits } from "../../harness/sli/generator-limits.ts";
import { formatRate, formatTime } from "./columns.ts";
import type { LoadSummary } from "./summary.ts";

/** Below this share of what was offered, the target does not keep up. */
const keepsUpShare = 0.95;
/** More connections opened for each connection than this: the server closes them. */
const reopenedOften = 3;
const lateStartMs = 5;
const waitingShare = 0.2;
/** The engine's word for what was due when it was stopped. */
const unsentAtEnd = "not sent before the run was ended";

/** Sentences, the most important first. */
export function warningsOf(summary: LoadSummary): string[] {
  const checks = [nothing, exhausted, saturated, nearSaturation, connectionsLimit, waiting, capacity, closes, closedModel, errors];
  return checks.flatMap((check) => check(summary) ?? []);
}

type Check = (summary: LoadSummary) => string | null;

const nothing: Check = ({ result, failures }) => {
  if (result.completed > 0) return null;
  if (result.offered === 0) return "Nothing was due in this time: raise --rate or --duration.";
  return `Not one request was completed${failures[0] === undefined ? "" : ` ("${failures[0].message}")`}: check --url, the port and what the server says.`;
};

const exhausted: Check = ({ failures }) => {
  const mine = failures.filter(({ outcome, message }) => outcome === "dropped" && message in exhaustions).toSorted((a, b) => b.count - a.count);
  const [first] = mine;
  return first === undefined ? null : `${formatCount(total(mine), "request")} could not be sent: ${exhaustions[first.message] ?? first.message}.`;
};

function total(failures: LoadSummary["failures"]): number {
  return failures.reduce((sum, { count }) => sum + count, 0);
}

const saturated: Check = (summary) => {
  const { result, model } = summary;
  if (!result.generator.saturated || exhausted(summary) !== null) return null;
  const meaning = model === "closed" ? "the target can do at least this much" : "its figures say nothing about the target";
  return `The generator was the limit: ${meaning}. ${causeOf(summary)}`;
};

/** Why it was late or busy, and what helps. */
function causeOf({ result: { generator, startLagMs }, model, threads }: LoadSummary): string {
  const cpu = `${formatNumber(Math.round(generator.cpuPercent))} % of a processor`;
  if (generator.cpuPercent > generatorLimits.cpuPercent) return `A process of it used ${cpu}: give it ${threads === 1 ? "--threads 2" : "more --threads"} where processors are free${model === "closed" ? "" : ", or lower --rate"}.`;
  const late = model === "closed" ? `its event loop was ${formatTime(generator.eventLoopDelayP99Ms)} late` : `it sent up to ${formatTime(startLagMs.p99)} late (p99)`;
  return `It used only ${cpu} and yet ${late}: others use this machine's processors, the target perhaps. Move one of them elsewhere, or send less.`;
}

const nearSaturation: Check = (summary) => {
  const { generator, startLagMs, offered } = summary.result;
  if (generator.saturated || !mayPrint(offered, 0.99) || summary.model === "closed" || startLagMs.p99 <= lateStartMs) return null;
  return `The generator itself sent late (p99 ${formatTime(startLagMs.p99)}), which response times hold too. ${causeOf(summary)}`;
};

const connectionsLimit: Check = ({ result, failures, connectionsLimit: most, timeoutMs }) => {
  const late = total(failures.filter(({ outcome, message }) => outcome === "dropped" && message !== unsentAtEnd && !(message in exhaustions)));
  if (late === 0) return null;
  const reached = result.connections >= most ? `all ${formatNumber(most)} connections were busy` : "no connection could be had";
  return `${formatCount(late, "request")} could not be sent within ${formatDurationMs(timeoutMs)}: ${reached}. The target does not keep up: lower --rate, or raise --connections.`;
};

const waiting: Check = ({ result, model, connectionsLimit: most }) => {
  const { responseTimeMs, serviceTimeMs, startLagMs } = result;
  if (model === "closed" || result.dropped > 0 || result.connections < most || responseTimeMs === null || serviceTimeMs === null) return null;
  // What the generator was late by is its own and no waiting for a connection.
  const at = (["p50", "p90", "p95", "p99"] as const).find((quantile) => responseTimeMs[quantile] - serviceTimeMs[quantile] - startLagMs.p99 > waitingShare * responseTimeMs[quantile]);
  if (at === undefined) return null;
  return `Requests waited for one of ${formatCount(most, "connection")}: ${at} is ${formatTime(responseTimeMs[at])} as users see it, and ${formatTime(serviceTimeMs[at])} for one who counts from the sending. Raise --connections unless this limit is meant.`;
};

const capacity: Check = ({ result, model, offeredPerSecond, isInterrupted }) => {
  if (model === "closed" || offeredPerSecond === null || isInterrupted || result.completed === 0 || result.dropped > 0 || result.generator.saturated) return null;
  // What was refused or cut off was no question of speed.
  const inTime = result.started - (result.errors["timeout"] ?? 0);
  if ((inTime * 1000) / Math.max(1, result.durationMs) >= keepsUpShare * offeredPerSecond) return null;
  const answeredPerSecond = (answersOf(result) * 1000) / Math.max(1, result.durationMs);
  return `The target does not keep up: ${formatRate(offeredPerSecond)} were offered and ${formatRate(answeredPerSecond)} answered. \`--profile search\` finds the highest rate that it can do.`;
};

function answersOf({ status }: LoadSummary["result"]): number {
  return Object.values(status).reduce((sum, count) => sum + count, 0);
}

const closes: Check = ({ result, opened }) => {
  // One that was refused or cut off has cost a connection too.
  const used = opened - (result.started - answersOf(result));
  if (result.completed < 100 || used <= reopenedOften * Math.max(1, result.connections) || used * 20 < result.started) return null;
  return `The server closes connections: ${formatNumber(opened)} were opened for ${formatCount(result.started, "request")}, and opening costs time. Look at its keep-alive settings.`;
};

const closedModel: Check = ({ model }) =>
  model === "closed" ? "Closed model: a slow answer delays the requests after it, so waiting does not show. For times as users see them, give a --rate." : null;

const errors: Check = ({ result, failures }) => {
  const failed = failures.filter(({ outcome }) => outcome !== "dropped").toSorted((a, b) => b.count - a.count);
  const [first] = failed;
  if (first === undefined || result.completed === 0) return null;
  const share = formatPercent((100 * (result.started - result.completed)) / Math.max(1, result.started));
  return `${share} of the requests failed, most with "${first.message}"; the times are those of completed requests alone.`;
};
