/** The API's metrics. What cannot be read now is left out: a missing sample is the truth, a zero would not be. */

import { withDeadline } from "../base/deadline.ts";
import { askUpstream } from "../base/http-client.ts";
import { metricsText } from "../base/metrics-text.ts";
import type { Metric } from "../base/metrics-text.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { ApiParts } from "./api-parts.ts";

const readLimitMs = 500;

export async function apiMetrics({ queue, config, counts }: ApiParts): Promise<string> {
  const [depths, workers] = await Promise.all([depthMetrics(queue), workerMetrics(config.workerUrl)]);
  return metricsText([...depths, ...workers, ...counts.metrics()]);
}

async function depthMetrics(queue: JobQueue): Promise<Metric[]> {
  try {
    const depths = await withDeadline(queue.depths(), readLimitMs, () => new Error("late"));
    return [
      { name: "continuum_queue_depth", kind: "gauge", value: depths.queued },
      { name: "continuum_processing", kind: "gauge", value: depths.processing },
      { name: "continuum_retrying", kind: "gauge", value: depths.retrying },
      { name: "continuum_dead_letters", kind: "gauge", value: depths.deadLetters },
    ];
  } catch {
    return [];
  }
}

async function workerMetrics(workerUrl: string | null): Promise<Metric[]> {
  if (workerUrl === null) return [];
  try {
    const url = `${workerUrl}/workers`;
    const answer = await askUpstream({ dependency: "service", url, limitMs: readLimitMs, signal: new AbortController().signal });
    const fields: Readonly<Record<string, unknown>> = typeof answer === "object" && answer !== null ? { ...answer } : {};
    const count = fields["count"];
    return typeof count === "number" ? [{ name: "continuum_workers", kind: "gauge", value: count }] : [];
  } catch {
    return [];
  }
}
