/**
 * What became of a script's thresholds: whether they were crossed is in k6's summary, how many points they had is counted here, because k6
 * lets a threshold pass whose metric had none.
 */

import { readFileSync } from "node:fs";
import { z } from "zod";
import type { EngineThreshold } from "../../../log/event.ts";
import type { MetricDefinition, Point } from "./points.ts";

// In the summary, true means crossed; beside the thresholds stand the numbers: "p(95)", "count", "rate", and "value" for the rate of a share.
const metricSchema = z.looseObject({ thresholds: z.record(z.string(), z.boolean()).optional() });
const summarySchema = z.object({ metrics: z.record(z.string(), metricSchema) });
type MetricSummary = z.infer<typeof metricSchema>;

export class SampleCounts {
  readonly #counts = new Map<string, number>();
  readonly #parts = new Map<string, MetricDefinition["parts"]>();
  readonly #contents = new Map<string, MetricDefinition["contains"]>();

  define({ metric, parts, contains }: MetricDefinition): void {
    this.#parts.set(metric, parts);
    this.#contents.set(metric, contains);
    for (const { name } of parts) this.#counts.set(name, this.#counts.get(name) ?? 0);
  }

  count(metric: string): void {
    this.#counts.set(metric, (this.#counts.get(metric) ?? 0) + 1);
  }

  /** Whether points of the metric have to be looked into, because some count for a part of it. */
  hasParts(metric: string): boolean {
    return (this.#parts.get(metric)?.length ?? 0) > 0;
  }

  countParts(point: Point): void {
    for (const { name, tags } of this.#parts.get(point.metric) ?? []) {
      if (Object.entries(tags).every(([tag, value]) => point.tags[tag] === value)) this.count(name);
    }
  }

  of(metric: string): number {
    // k6 counts drops only when there are some: with iterations and without drops, none is what was measured.
    if (metric === "dropped_iterations") return Math.max(this.#counts.get(metric) ?? 0, this.#counts.get("iterations") ?? 0);
    return this.#counts.get(metric) ?? 0;
  }

  /** What the values of a metric, or of a part of it, are. */
  contentOf(metric: string): MetricDefinition["contains"] {
    return this.#contents.get(metric.split("{")[0] ?? "") ?? "default";
  }
}

/** Empty when k6 left no summary: a script that could not be started has no thresholds yet. */
export function thresholdsOf(summaryPath: string, samples: SampleCounts): EngineThreshold[] {
  const summary = summarySchema.safeParse(readJson(summaryPath)).data;
  return Object.entries(summary?.metrics ?? {})
    .flatMap(([metric, told]) =>
      Object.entries(told.thresholds ?? {}).map(([expression, crossed]) => ({ metric, expression, samples: samples.of(metric), crossed, ...figureOf(expression, told, samples.contentOf(metric)) })),
    )
    .toSorted((a, b) => (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : a.expression < b.expression ? -1 : 1));
}

/** "p(95)<500" of a trend of times → its p(95), in ms. */
function figureOf(expression: string, told: MetricSummary, contains: MetricDefinition["contains"]): { value: number | null; unit: string } {
  const [name = ""] = /^[^<>=!\s]+/.exec(expression) ?? [];
  const isShare = "passes" in told;
  const value = told[isShare && name === "rate" ? "value" : name];
  const unit = name === "rate" ? (isShare ? "" : "1/s") : contains === "time" && name !== "count" ? "ms" : contains === "data" ? "bytes" : "";
  return { value: typeof value === "number" ? value : null, unit };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
