/** Requests that counted against an objective; where none did, the slowest ones. */

import { usToMs } from "../../../base/duration.ts";
import type { RequestEvent } from "../../../log/event.ts";
import { inUnit, keeps } from "../../../sli/concepts/limit.ts";
import { formatDurationMs } from "../../verdict/format.ts";
import type { Place } from "../../../log/segment.ts";
import { FirstRows, type TraceRow } from "../first-rows.ts";
import type { TraceContext, Tracer } from "../trace.ts";

type Kind = "latency" | "availability" | "throughput" | "unexpected-answers";

export function requestTracer({ objective, spec, phases }: TraceContext<Kind>): Tracer {
  const against = new FirstRows();
  const slowest = new FirstRows();
  return {
    step: (event, place) => {
      if (event.type !== "request" || spec.routes?.includes(event.route) === false || !phases.contains(objective.phase, event.intendedUs)) return;
      if (spec.kind === "unexpected-answers" && event.outcome === "dropped") return;
      const make = (): TraceRow => rowOf(event, place);
      slowest.add(event.intendedUs - event.endUs, make);
      if (countsAgainst(event, spec, objective)) against.add(event.intendedUs, make);
    },
    read: () => {
      const group = against.read(titles[spec.kind]);
      return group.count > 0 ? [group] : [group, slowest.read("requests of the phase; the slowest")];
    },
  };
}

const titles: { readonly [K in Kind]: string } = {
  latency: "requests over the limit or failed",
  availability: "requests that failed",
  throughput: "requests that were not answered well",
  "unexpected-answers": "requests with another answer",
};

function countsAgainst(event: RequestEvent, spec: TraceContext<Kind>["spec"], objective: TraceContext["objective"]): boolean {
  if (spec.kind === "unexpected-answers") return event.status === 0 || !spec.allowed.includes(event.status);
  if (event.outcome !== "ok") return true;
  return spec.kind === "latency" && keeps(objective, inUnit(objective, usToMs(event.endUs - event.intendedUs))) === false;
}

export function rowOf(event: RequestEvent, place: Place): TraceRow {
  const tookMs = usToMs(event.endUs - event.intendedUs);
  const answer = event.status === 0 ? event.outcome : `${event.status} ${event.outcome}`;
  return { what: event.route, atUs: event.intendedUs, text: `took ${formatDurationMs(tookMs, "ms")}, ${answer}`, places: [place] };
}
