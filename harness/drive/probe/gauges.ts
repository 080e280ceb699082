/** Samples a number at a fixed rate. A sample that could not be had is recorded as missing, with the reason. */

import { parseDurationMs } from "../../base/duration.ts";
import { nowUs } from "../../base/time.ts";
import type { Target } from "../../scenario/target/target.ts";
import { startPolling } from "./polling.ts";
import type { Ask, Source } from "./source.ts";

export interface GaugeOptions extends Source {
  name: string;
  spec: Target["gauges"][string];
  ask: Ask;
}

export function watchGauge(options: GaugeOptions): AsyncDisposable {
  const write = (value: number | null, why: string | null): void => options.write({ type: "gauge", at: nowUs(), gauge: options.name, value, why });
  return startPolling({
    startAtUs: options.startAtUs,
    intervalMs: parseDurationMs(options.spec.every),
    query: options.spec.query,
    ask: options.ask,
    onRows: (rows) => {
      const value = numberOf(rows[0]?.[0]);
      if (value === null) write(null, rows.length === 0 ? "the answer is empty" : `"${rows[0]?.[0] ?? ""}" is not a number`);
      else write(value, null);
    },
    onFailure: (why) => write(null, why),
  });
}

/** The number that a text is; null for everything else, an empty text among it. */
export function numberOf(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
