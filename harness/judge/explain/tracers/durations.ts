/** The records between which the duration of a fault was measured: its injection and healing, the first bad sample, and the first of all good ones. */

import { usToMs } from "../../../base/duration.ts";
import type { LogEvent } from "../../../log/event.ts";
import type { Place } from "../../../log/segment.ts";
import type { Step } from "../../../scenario/scenario.ts";
import { entryProbes, RecoveryTracker, type FaultRecovery } from "../../../sli/concepts/recovery.ts";
import { nameOfManual } from "../../../scenario/drill/manual.ts";
import { DrillFold, partsText, recoveryPartsOf } from "../../facts/recovery-parts.ts";
import { formatDurationMs } from "../../verdict/format.ts";
import type { TraceGroup, TraceRow } from "../first-rows.ts";
import type { TraceContext, Tracer } from "../trace.ts";
import { rowOf as probeRow } from "./probes.ts";
import { rowOf as requestRow } from "./requests.ts";

export function durationTracer({ spec, header, scenario }: TraceContext<"recovery-time" | "mean-recovery-time">): Tracer {
  const routes = spec.kind === "recovery-time" ? spec.routes : undefined;
  const tracker = new RecoveryTracker({ header, scenario, routes });
  const probes = routes === undefined ? entryProbes(scenario, header.target) : new Map<string, number>();
  const drill = new DrillFold();
  const rows = new Map<string, TraceRow[]>();
  let recoveries: readonly FaultRecovery[] | null = null;
  const add = (fault: string, row: TraceRow): void => void rows.set(fault, [...(rows.get(fault) ?? []), row]);
  return {
    learn: (event) => {
      tracker.step(event);
      drill.step(event);
    },
    step: (event, place) => {
      recoveries ??= tracker.read();
      if (event.type === "fault") add(event.id, faultRow(event, place));
      if (event.type === "manual") add(event.id, { what: nameOfManual(event.id, event.step), atUs: event.at, text: manualText(event), places: [place] });
      const isProbe = event.type === "probe" && probes.has(event.probe);
      if (!isProbe && (event.type !== "request" || routes?.includes(event.route) === false)) return;
      for (const recovery of recoveries) {
        const edge = edgeOf(event, recovery);
        if (edge === null) continue;
        const row = event.type === "probe" ? probeRow(event, place) : requestRow(event, place);
        add(recovery.fault.id, { ...row, text: `${edge}: ${row.text}` });
      }
    },
    read: () => groupsOf({ steps: scenario.steps, kinds: spec.faults, rows }, (id) => inParts(recoveries?.find(({ fault }) => fault.id === id), drill)),
  };
}

/** "; detect 120 ms, act 2 s" */
function inParts(recovery: FaultRecovery | undefined, drill: DrillFold): string {
  const parts = recovery === undefined ? null : recoveryPartsOf(recovery, drill.of(recovery.fault.id));
  const text = parts === null ? "" : partsText(parts);
  return text === "" ? "" : `; ${text}`;
}

function manualText(event: Extract<LogEvent, { type: "manual" }>): string {
  const what = `${event.part}, ${event.owner}: ${event.text}`;
  if (event.stage === "asked") return `asked to ${what}`;
  const took = `after ${formatDurationMs(event.tookMs)}, expected ${formatDurationMs(event.expectedMs)}`;
  return event.stage === "late" ? `not confirmed ${took}: ${what}` : `confirmed by ${event.by} ${took}: ${what}`;
}

/** Others may be due at the same instant as the one that counted: only a bad one begins an outage, and only a good one ends it. */
function edgeOf(event: Extract<LogEvent, { type: "probe" | "request" }>, { downUs, upUs, degradedLimitMs }: FaultRecovery): string | null {
  if (event.intendedUs !== downUs && event.intendedUs !== upUs) return null;
  const [isGood, tookMs] = event.type === "probe" ? [event.ok, event.tookMs] : [event.outcome === "ok", usToMs(event.endUs - event.intendedUs)];
  const isBad = !isGood || tookMs > (degradedLimitMs ?? Infinity);
  if (event.intendedUs === downUs && isBad) return "first bad";
  return event.intendedUs === upUs && !isBad ? "back to normal from" : null;
}

/** Of a resumption: the healing, and the poll that saw the next item finished. */
export function resumeTracer({ spec, scenario, objective }: TraceContext<"resume-time">): Tracer {
  const rows = new Map<string, TraceRow[]>();
  const fromUs = new Map<string, number>();
  return {
    learn: (event) => {
      if (event.type !== "fault") return;
      if (event.stage === (objective.clock === "fault" ? "injected" : "healed") && "endedUs" in event) fromUs.set(event.id, event.endedUs);
    },
    step: (event, place) => {
      if (event.type === "fault") rows.set(event.id, [...(rows.get(event.id) ?? []), faultRow(event, place)]);
      if (event.type !== "completion" || event.completion !== spec.completion || !event.done.some(({ ok }) => ok)) return;
      for (const [fault, endedUs] of fromUs) {
        if (event.at <= endedUs) continue;
        // Polls of one segment come in order of time: the first is the one.
        fromUs.delete(fault);
        const ids = event.done.filter(({ ok }) => ok).map(({ id }) => id);
        rows.set(fault, [...(rows.get(fault) ?? []), { what: `completion ${spec.completion}`, atUs: event.at, text: `${ids.slice(0, 3).join(", ")}${ids.length > 3 ? ", …" : ""} finished, ± ${formatDurationMs(event.resolutionMs)}`, places: [place] }]);
      }
    },
    read: () => groupsOf({ steps: scenario.steps, kinds: spec.faults, rows }),
  };
}

interface OfFaults {
  steps: readonly Step[];
  kinds: readonly string[] | undefined;
  rows: ReadonlyMap<string, readonly TraceRow[]>;
}

/** One group for each fault that the objective asks for; `note` is told with its title. */
function groupsOf({ steps, kinds, rows }: OfFaults, note: (fault: string) => string = () => ""): TraceGroup[] {
  return steps
    .filter(({ fault }) => kinds?.includes(fault.kind) !== false)
    .map(({ id, fault }) => {
      const own = (rows.get(id) ?? []).toSorted((a, b) => (a.atUs ?? 0) - (b.atUs ?? 0));
      return { title: `records of fault ${id} (${fault.kind})${note(id)}`, count: own.length, rows: own };
    });
}

export function faultRow(event: Extract<LogEvent, { type: "fault" }>, place: Place): TraceRow {
  return { what: `fault ${event.id}`, atUs: "beganUs" in event ? event.beganUs : event.at, text: stageText(event), places: [place] };
}

function stageText(event: Extract<LogEvent, { type: "fault" }>): string {
  switch (event.stage) {
    case "injected":
    case "healed":
      return `${event.stage}, within ${formatDurationMs(usToMs(event.endedUs - event.beganUs), "ms")}`;
    case "changed":
      return `changed to ${event.to}`;
    case "felt":
      return `${event.witness.seen ? "confirmed" : "not confirmed"}: ${event.witness.what}`;
    case "settled":
      return `${event.witness.seen ? "no longer felt" : "still felt"}: ${event.witness.what}`;
    case "healing":
      return "healing began";
    case "unrepaired":
      return `not repaired: ${event.why}`;
    case "failed":
      return `failed: ${event.why}`;
  }
}
