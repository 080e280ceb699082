/** Reads samples from the text format of Prometheus. Pure. */

/** Values of all samples of `metric` whose labels include `labels`. */
export function readSamples(text: string, metric: string, labels: Readonly<Record<string, string>>): number[] {
  const values: number[] = [];
  for (const line of text.split("\n")) {
    const match = /^([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)/.exec(line);
    if (match === null || match[1] !== metric) continue;
    const found = readLabels(match[2] ?? "");
    if (Object.entries(labels).every(([name, value]) => found.get(name) === value)) values.push(numberOf(match[3] ?? ""));
  }
  return values;
}

function readLabels(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
    labels.set(name, value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped)));
  }
  return labels;
}

function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}
