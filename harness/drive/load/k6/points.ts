/**
 * k6's stream of points: a line of JSON each, whose metric comes first. Some ten metrics come with every request and few of them matter here,
 * so a line is parsed only when somebody wants its metric.
 */

import { z } from "zod";

const prefix = '{"metric":"';
/** A longer line is no point. */
const longestLine = 1_000_000;

export interface Point {
  metric: string;
  /** "2026-01-31T12:00:00.123456789Z" */
  time: string;
  value: number;
  tags: Readonly<Record<string, string>>;
}

const metricSchema = z.object({
  type: z.literal("Metric"),
  data: z.object({ name: z.string(), contains: z.enum(["default", "time", "data"]).catch("default"), submetrics: z.array(z.object({ name: z.string(), tags: z.record(z.string(), z.string()).nullish() })).nullish() }),
});

/** A metric with the parts of it that thresholds or k6 itself look at: those with certain tags. */
export interface MetricDefinition {
  metric: string;
  /** Times are in ms, data in bytes. */
  contains: "default" | "time" | "data";
  parts: readonly { name: string; tags: Readonly<Record<string, string>> }[];
}

export interface PointListener {
  /** Whether points of this metric are to be parsed; asked once for each point, which counts it. */
  wants(metric: string): boolean;
  onPoint(point: Point): void;
  onMetric(definition: MetricDefinition): void;
}

/** Takes the output in chunks as they come. What is no point is left out: a script may print its own summary. */
export function pointReader(listener: PointListener): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) rest = "";
    for (const line of lines) readLine(line, listener);
  };
}

function readLine(line: string, listener: PointListener): void {
  if (line.startsWith('{"type":"Metric"')) {
    const definition = metricSchema.safeParse(parse(line)).data?.data;
    if (definition !== undefined) listener.onMetric({ metric: definition.name, contains: definition.contains, parts: (definition.submetrics ?? []).map(({ name, tags }) => ({ name, tags: tags ?? {} })) });
    return;
  }
  if (!line.startsWith(prefix)) return;
  if (!listener.wants(line.slice(prefix.length, line.indexOf('"', prefix.length)))) return;
  const point: unknown = parse(line);
  if (isPointLine(point)) listener.onPoint({ metric: point.metric, ...point.data, tags: point.data.tags ?? {} });
}

interface PointLine {
  metric: string;
  data: { time: string; value: number; tags?: Record<string, string> | null };
}

// By hand, because it is done for every request; that tags are text is how k6 writes them.
function isPointLine(line: unknown): line is PointLine {
  if (typeof line !== "object" || line === null || !("metric" in line) || !("data" in line)) return false;
  const { data } = line;
  return typeof data === "object" && data !== null && "time" in data && typeof data.time === "string" && "value" in data && typeof data.value === "number";
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
