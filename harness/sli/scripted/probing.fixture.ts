/** Probes and gauges of a scripted run, at the rates that the target declares. */

import { msToUs, parseDurationMs } from "../../base/duration.ts";
import type { JsonEvent, RunHeader } from "../../log/event.ts";
import type { Conduct } from "./simulate.fixture.ts";

export function watched(header: RunHeader, totalMs: number, conduct: Conduct): JsonEvent[] {
  const events: JsonEvent[] = [];
  for (const [probe, spec] of Object.entries(header.target.probes)) {
    for (const atMs of ticks(spec.every, totalMs)) {
      const result = conduct.probe?.(probe, atMs) ?? { ok: true, tookMs: 3 };
      const intendedUs = header.at + msToUs(atMs);
      const why = result.ok ? null : "connection refused";
      events.push({ type: "probe", at: intendedUs + msToUs(result.tookMs), probe, intendedUs, tookMs: result.tookMs, ok: result.ok, why });
    }
  }
  for (const [gauge, spec] of Object.entries(header.target.gauges)) {
    for (const atMs of ticks(spec.every, totalMs)) {
      const value = conduct.gauge === undefined ? 3 : conduct.gauge(gauge, atMs);
      events.push({ type: "gauge", at: header.at + msToUs(atMs) + 2000, gauge, value, why: value === null ? "no answer" : null });
    }
  }
  return events;
}

function ticks(every: string, totalMs: number): number[] {
  const everyMs = parseDurationMs(every);
  return Array.from({ length: Math.ceil(totalMs / everyMs) }, (_, n) => n * everyMs);
}
