/** The results of all processes, of one stretch or of several, made one. Counts are added, durations merged bucket by bucket: no percentile is averaged. */

import { usToMs } from "../../base/duration.ts";
import { DurationCounts } from "../../drive/load/alone/duration-counts.ts";
import type { ResultLine } from "../../drive/load/alone/report-line.ts";
import { ruleBinomial } from "../../base/binomial.ts";
import { exhaustions, generatorLimits } from "../../sli/generator-limits.ts";
import type { LimitResult, LoadResult } from "../../../reports/load/result.ts";
import { ruleLimit, type Limit } from "./limit.ts";

export interface Measured {
  result: LoadResult;
  response: DurationCounts;
  /** By outcome and message, the most frequent first; drops among them. */
  failures: { outcome: string; message: string; count: number }[];
  opened: number;
  /** Requests sent, also those that were not counted. */
  sent: number;
}

/** `stretches`: one after the other, each with the results of its processes. */
export function measure(stretches: readonly (readonly ResultLine[])[], how: { isOpenModel: boolean; limits: readonly Limit[] }): Measured {
  const lines = stretches.flat();
  const tallies = lines.map(({ tally }) => tally);
  const response = merged(tallies.map((tally) => tally.response));
  const service = merged(tallies.map((tally) => tally.service));
  const durationMs = sum(stretches.map((stretch) => Math.max(0, ...stretch.map((line) => line.durationMs))));
  const failures = failuresOf(lines);
  const completed = sum(tallies.map((tally) => tally.completed));
  const offered = sum(tallies.map((tally) => tally.offered));
  const generator = generatorOf(lines, { isOpenModel: how.isOpenModel, offered });
  const limits = how.limits.map((limit, index): LimitResult => {
    const ruled = ruleLimit(limit, sum(tallies.map((tally) => tally.bad[index] ?? 0)), offered);
    return generator.saturated && how.isOpenModel ? { ...ruled, outcome: "inconclusive" } : ruled;
  });
  const result: LoadResult = {
    offered,
    started: sum(tallies.map((tally) => tally.started)),
    completed,
    dropped: sum(tallies.map((tally) => tally.dropped)),
    errors: countsBy(failures.filter(({ outcome }) => outcome !== "dropped").map(({ outcome, count }) => [outcome, count])),
    status: countsBy(tallies.flatMap((tally) => Object.entries(tally.status))),
    durationMs,
    throughputPerSecond: durationMs === 0 ? 0 : (completed * 1000) / durationMs,
    responseTimeMs: timesOf(response),
    serviceTimeMs: timesOf(service),
    startLagMs: lagOf(merged(lines.map(({ health }) => health.lag))),
    connections: Math.max(0, ...stretches.map((stretch) => sum(stretch.map((line) => line.mostConnections)))),
    bytesRead: sum(tallies.map((tally) => tally.bytesRead)),
    generator,
    ...(limits.length === 0 ? {} : { limits }),
  };
  return { result, response, failures, opened: sum(lines.map((line) => line.opened)), sent: sum(lines.map((line) => line.sent)) };
}

/** Twelve ranges of response time, each longer than the one before by the same factor; one when all took equally long. */
export function histogramOf(response: DurationCounts): { fromMs: number; toMs: number; count: number }[] {
  const [least, most] = [Math.max(1, response.minUs ?? 1), Math.max(1, response.maxUs ?? 1)];
  const ranges = most / least < 1.05 ? 1 : 12;
  const edgesUs = Array.from({ length: ranges + 1 }, (_, index) => least * (most / least) ** (index / ranges));
  return response.inRanges(edgesUs).map((count, index) => ({ fromMs: usToMs(edgesUs[index] ?? 0), toMs: usToMs(edgesUs[index + 1] ?? 0), count }));
}

function generatorOf(lines: readonly ResultLine[], { isOpenModel, offered }: { isOpenModel: boolean; offered: number }): LoadResult["generator"] {
  const cpuPercent = Math.max(0, ...lines.map(({ health }) => health.cpuPercent));
  const eventLoopDelayP99Ms = Math.max(0, ...lines.map(({ health }) => health.eventLoopDelayP99Ms));
  const due = sum(lines.map(({ health }) => sum(health.lag.counts.filter((_, index) => index % 2 === 1))));
  const isLate = isOpenModel && ruleBinomial(sum(lines.map(({ health }) => health.late)), due, generatorLimits.lateShare) === "fail";
  const isExhausted = ruleBinomial(sum(failuresOf(lines).map(({ message, count }) => (message in exhaustions ? count : 0))), offered, generatorLimits.droppedShare) === "fail";
  return { cpuPercent, eventLoopDelayP99Ms, saturated: cpuPercent > generatorLimits.cpuPercent || eventLoopDelayP99Ms > generatorLimits.delayMs || isLate || isExhausted };
}

function failuresOf(lines: readonly ResultLine[]): Measured["failures"] {
  const byKey = new Map<string, Measured["failures"][number]>();
  for (const { outcome, message, count } of lines.flatMap(({ tally }) => tally.failures)) {
    const known = byKey.get(`${outcome}|${message}`);
    if (known === undefined) byKey.set(`${outcome}|${message}`, { outcome, message, count });
    else known.count += count;
  }
  return [...byKey.values()].toSorted((a, b) => b.count - a.count);
}

function timesOf(durations: DurationCounts): LoadResult["responseTimeMs"] {
  if (durations.count === 0) return null;
  const at = (quantile: number): number => usToMs(durations.quantileUs(quantile) ?? 0);
  return {
    min: usToMs(durations.minUs ?? 0),
    mean: usToMs(durations.meanUs ?? 0),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: usToMs(durations.maxUs ?? 0),
  };
}

/** Zeros in the closed model, where a request is due when it is sent. */
function lagOf(lag: DurationCounts): LoadResult["startLagMs"] {
  return { p50: usToMs(lag.quantileUs(0.5) ?? 0), p99: usToMs(lag.quantileUs(0.99) ?? 0), max: usToMs(lag.maxUs ?? 0) };
}

function merged(parts: readonly Parameters<DurationCounts["merge"]>[0][]): DurationCounts {
  const whole = new DurationCounts();
  for (const part of parts) whole.merge(part);
  return whole;
}

function countsBy(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, count] of entries) counts[name] = (counts[name] ?? 0) + count;
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
