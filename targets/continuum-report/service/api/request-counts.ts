/** How many requests were answered, by route and status. */

import type { Metric } from "../base/metrics-text.ts";

export interface RequestCounts {
  add(path: string, status: number): void;
  metrics(): Metric[];
}

export function openRequestCounts(): RequestCounts {
  // Routes are rows of a table and statuses few, so this cannot grow without limit.
  const totals = new Map<string, number>();
  return {
    add(path, status) {
      const key = `${status} ${path}`;
      totals.set(key, (totals.get(key) ?? 0) + 1);
    },
    metrics: () =>
      [...totals].map(([key, value]) => {
        const [status = "", path = ""] = key.split(" ");
        return { name: "continuum_requests_total", kind: "counter", value, labels: { path, status } };
      }),
  };
}
