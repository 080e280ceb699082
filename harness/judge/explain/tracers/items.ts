/** Items from their acknowledged write to the poll that saw them finished: those that counted against the objective, else the slowest. */

import { parseDurationMs, usToMs } from "../../../base/duration.ts";
import type { Place } from "../../../log/segment.ts";
import { inUnit, keeps } from "../../../sli/concepts/limit.ts";
import { formatDurationMs } from "../../verdict/format.ts";
import { FirstRows, type TraceRow } from "../first-rows.ts";
import type { TraceContext, Tracer } from "../trace.ts";

interface Item {
  id: string;
  intendedUs: number;
  acknowledged: Place | null;
  seenUs: number | null;
  ok: boolean;
  seen: Place | null;
}

export function itemTracer({ objective, spec, header, phases }: TraceContext<"completion-time" | "completion-errors" | "completion-rate">): Tracer {
  const completion = header.target.completions[spec.completion];
  const timeLimitMs = completion === undefined ? 0 : parseDurationMs(completion.timeLimit);
  const items = new Map<string, Item>();
  const known = (id: string): Item => {
    const item = items.get(id) ?? { id, intendedUs: Number.NaN, acknowledged: null, seenUs: null, ok: false, seen: null };
    items.set(id, item);
    return item;
  };
  return {
    step: (event, place) => {
      if (event.type === "write" && event.ledger === completion?.ledger) {
        const item = known(event.id);
        if (Number.isNaN(item.intendedUs)) item.intendedUs = event.intendedUs;
        if (event.what === "ok") item.acknowledged ??= place;
      } else if (event.type === "completion" && event.completion === spec.completion) {
        for (const { id, ok } of event.done) {
          const item = known(id);
          if (item.seen === null) Object.assign(item, { seenUs: event.at, ok, seen: place });
        }
      }
    },
    read: () => {
      const against = new FirstRows();
      const slowest = new FirstRows();
      const finished = new FirstRows();
      for (const item of items.values()) {
        if (item.acknowledged === null) continue;
        const tookMs = item.seenUs === null || !item.ok ? Infinity : usToMs(item.seenUs - item.intendedUs);
        const durationMs = tookMs > timeLimitMs ? Infinity : tookMs;
        const make = (): TraceRow => rowOf(item, durationMs);
        if (item.seenUs !== null && item.ok && phases.contains(objective.phase, item.seenUs)) finished.add(item.seenUs, make);
        if (!phases.contains(objective.phase, item.intendedUs)) continue;
        slowest.add(-durationMs, make);
        const over = spec.kind === "completion-time" && keeps(objective, inUnit(objective, durationMs)) === false;
        if (durationMs === Infinity || over) against.add(item.intendedUs, make);
      }
      if (spec.kind === "completion-rate") return [finished.read("items seen finished in the phase")];
      const group = against.read(spec.kind === "completion-time" ? "items over the limit, ended as an error, or never finished" : "items that ended as an error or never ended");
      return group.count > 0 ? [group] : [group, slowest.read("items of the phase; the slowest")];
    },
  };
}

function rowOf({ id, intendedUs, acknowledged, seenUs, ok, seen }: Item, durationMs: number): TraceRow {
  const end = seenUs === null ? "never seen finished" : !ok ? "ended as an error" : durationMs === Infinity ? "seen finished too late to count" : `seen finished after ${formatDurationMs(durationMs)}`;
  return { what: id, atUs: intendedUs, text: end, places: [acknowledged, seen].flatMap((place) => place ?? []) };
}
