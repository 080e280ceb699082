/** Checks of probes: those that took too long or failed, and healthy answers that were lies. */

import type { LogEvent } from "../../../log/event.ts";
import type { Place } from "../../../log/segment.ts";
import { inUnit, keeps } from "../../../sli/concepts/limit.ts";
import { HealthAnswers } from "../../../sli/health-lies.ts";
import { formatDurationMs } from "../../verdict/format.ts";
import { FirstRows, type TraceRow } from "../first-rows.ts";
import type { TraceContext, Tracer } from "../trace.ts";

export function probeTracer({ objective, spec, phases }: TraceContext<"probe-time">): Tracer {
  const against = new FirstRows();
  const slowest = new FirstRows();
  return {
    step: (event, place) => {
      if (event.type !== "probe" || event.probe !== spec.probe || !phases.contains(objective.phase, event.intendedUs)) return;
      slowest.add(-event.tookMs, () => rowOf(event, place));
      if (!event.ok || keeps(objective, inUnit(objective, event.tookMs)) !== true) against.add(event.intendedUs, () => rowOf(event, place));
    },
    read: () => {
      const group = against.read("checks over the limit or failed");
      return group.count > 0 ? [group] : [group, slowest.read("checks of the phase; the slowest")];
    },
  };
}

/** Which answers were lies is known once the other probe has been heard. */
export function healthTracer({ spec, header }: TraceContext<"health-lies">): Tracer {
  const answers = new HealthAnswers(spec, header);
  const lies = new FirstRows();
  const honest = new FirstRows();
  let counted: ReadonlyMap<number, boolean> | null = null;
  return {
    learn: (event) => answers.step(event),
    step: (event, place) => {
      counted ??= new Map(answers.counted().map(({ intendedUs, ok }) => [intendedUs, ok]));
      if (event.type !== "probe" || event.probe !== spec.probe) return;
      const ok = counted.get(event.intendedUs);
      if (ok !== undefined) (ok ? lies : honest).add(event.intendedUs, () => rowOf(event, place));
    },
    read: () => [lies.read(`healthy answers while ${spec.while} was down`), honest.read(`other answers while ${spec.while} was down; the first`)],
  };
}

export function rowOf(event: Extract<LogEvent, { type: "probe" }>, place: Place): TraceRow {
  return { what: `probe ${event.probe}`, atUs: event.intendedUs, text: `took ${formatDurationMs(event.tookMs, "ms")}, ${event.ok ? "ok" : `failed: ${event.why ?? "no reason given"}`}`, places: [place] };
}
