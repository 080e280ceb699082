/** Metrics in the text form that Prometheus reads. */

export interface Metric {
  readonly name: string;
  readonly kind: "gauge" | "counter";
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Metrics of one name must stand together: their kind is told once, before the first. */
export function metricsText(metrics: readonly Metric[]): string {
  const told = new Set<string>();
  const lines = metrics.flatMap((metric) => {
    const head = told.has(metric.name) ? [] : [`# TYPE ${metric.name} ${metric.kind}`];
    told.add(metric.name);
    return [...head, `${metric.name}${labelText(metric.labels ?? {})} ${metric.value}`];
  });
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
