/** What of a load is not as it looks, and what to do next. */

import { formatCount, formatDurationMs, formatNumber, formatPercent } from "../../harness/judge/verdict/format.ts";
import type { LoadSummary } from "./summary.ts";

/** Below this share of what was offered, the target does not keep up. */
const keepsUpShare = 0.95;
/** More connections opened for each connection than this: the server closes them. */
const reopenedOften = 3;
const busyCpuPercent = 90;
const lateStartMs = 5;
const waitingShare = 0.2;

export function warningsOf(summary: LoadSummary): string[] {
  const checks = [nothing, saturated, nearSaturation, connectionsLimit, waiting, capacity, closes, closedModel, errors];
  return checks.flatMap((check) => check(summary) ?? []);
}

type Check = (summary: LoadSummary) => string | null;

const nothing: Check = ({ result, failures }) => {
  if (result.completed > 0) return null;
  if (result.offered === 0) return "Nothing was due in this time: raise --rate or --duration.";
  return `Not one request was completed${failures[0] === undefined ? "" : ` ("${failures[0].message}")`}: check --url, the port and what the server says.`;
};

const saturated: Check = ({ result, model, threads }) => {
  if (!result.generator.saturated) return null;
  const more = threads === 1 ? "give it more processes (--threads 2 on another core)" : "give it more --threads, or another machine";
  if (model === "closed") return `The generator was the limit, not the target, which can do at least this much: ${more}.`;
  return `The generator was the limit, not the target: its figures say nothing about the target. Lower --rate, or ${more}.`;
};

const nearSaturation: Check = ({ result, model }) => {
  const { generator, startLagMs } = result;
  if (generator.saturated || model === "closed" || (generator.cpuPercent <= busyCpuPercent && startLagMs.p99 <= lateStartMs)) return null;
  return `The generator was near its limit (CPU ${formatNumber(Math.round(generator.cpuPercent))} %, start lag p99 ${formatDurationMs(startLagMs.p99, "ms")}): response times hold up to ${formatDurationMs(startLagMs.p99, "ms")} of its own lateness. Use a quieter machine or more --threads.`;
};

const connectionsLimit: Check = ({ result, connectionsLimit: most, timeoutMs }) => {
  if (result.dropped === 0) return null;
  const reached = result.connections >= most ? `all ${formatNumber(most)} connections were busy` : "no connection could be had";
  return `${formatCount(result.dropped, "request")} could not be sent within ${formatDurationMs(timeoutMs)}: ${reached}. Raise --connections, or lower --rate: the target does not keep up.`;
};

const waiting: Check = ({ result, model, connectionsLimit: most }) => {
  const { responseTimeMs, serviceTimeMs } = result;
  if (model === "closed" || result.dropped > 0 || result.connections < most || responseTimeMs === null || serviceTimeMs === null) return null;
  if (responseTimeMs.p95 - serviceTimeMs.p95 <= waitingShare * responseTimeMs.p95) return null;
  return `Requests waited for one of ${formatCount(most, "connection")}, which response time counts and service time does not: raise --connections unless this limit is meant.`;
};

const capacity: Check = ({ result, model, offeredPerSecond, isInterrupted }) => {
  if (model === "closed" || offeredPerSecond === null || isInterrupted || result.completed === 0 || result.generator.saturated) return null;
  if (result.throughputPerSecond >= keepsUpShare * offeredPerSecond) return null;
  return `The target does not keep up: ${formatNumber(Math.round(offeredPerSecond))}/s were offered and ${formatNumber(Math.round(result.throughputPerSecond))}/s completed. \`--profile search\` finds the highest rate that it can do.`;
};

const closes: Check = ({ result, opened }) => {
  if (result.completed < 100 || opened <= reopenedOften * Math.max(1, result.connections) || opened * 20 < result.started) return null;
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
