/** What is one record each: samples of a gauge, the answer of a fact, the boot. */

import { keeps } from "../../../sli/concepts/limit.ts";
import { formatNumber, formatValue } from "../../verdict/format.ts";
import { FirstRows, type TraceRow } from "../first-rows.ts";
import type { TraceContext, Tracer } from "../trace.ts";

/** Samples outside of the limit, or missed; where there are none, the first of all. */
export function gaugeTracer({ objective, spec, phases }: TraceContext<"gauge">): Tracer {
  const against = new FirstRows();
  const all = new FirstRows();
  return {
    step: (event, place) => {
      if (event.type !== "gauge" || event.gauge !== spec.gauge || !phases.contains(objective.phase, event.at)) return;
      const { value, why } = event;
      const make = (): TraceRow => ({ what: `gauge ${spec.gauge}`, atUs: event.at, text: value === null ? `no value: ${why ?? "no reason given"}` : formatValue(value, objective.unit), places: [place] });
      all.add(event.at, make);
      if (value === null || keeps(objective, value) !== true) against.add(event.at, make);
    },
    read: () => {
      const group = against.read("samples outside of the limit, or missed");
      return group.count > 0 ? [group] : [group, all.read("samples of the phase; the first")];
    },
  };
}

/** The answer that counted is the last one. */
export function factTracer({ objective, spec }: TraceContext<"fact">): Tracer {
  let last: TraceRow | null = null;
  return {
    step: (event, place) => {
      if (event.type !== "fact" || event.fact !== spec.fact) return;
      const { values, why } = event;
      const outside = values?.filter((value) => keeps(objective, value) === false) ?? [];
      const text = values === null ? `no answer: ${why ?? "no reason given"}` : `${formatNumber(values.length)} values (${shown(values)}), ${formatNumber(outside.length)} outside of the limit${outside.length === 0 ? "" : ` (${shown(outside)})`}`;
      last = { what: `fact ${spec.fact}`, atUs: event.at, text, places: [place] };
    },
    read: () => [{ title: "answer that was judged", count: last === null ? 0 : 1, rows: last === null ? [] : [last] }],
  };
}

function shown(values: readonly number[]): string {
  return `${values.slice(0, 10).map(formatNumber).join(", ")}${values.length > 10 ? ", …" : ""}`;
}

/** Every check, and how the restore went. */
export function restoreTracer({ spec }: TraceContext<"restore-checks">): Tracer {
  const operations = new FirstRows();
  const checks = new FirstRows();
  return {
    step: (event, place) => {
      if (event.type === "operation" && event.on === spec.node && event.stage !== "began" && event.stage !== "advanced") {
        const text = event.stage === "ended" ? event.what : `failed: ${event.why}`;
        operations.add(event.at, () => ({ what: `${event.kind} of ${event.on}`, atUs: event.at, text, places: [place] }));
      }
      if (event.type !== "restore-check" || event.node !== spec.node) return;
      const { check, atBackup, restored, why } = event;
      const text = `${formatCheck(atBackup)} at the back-up, ${formatCheck(restored)} restored${why === null ? "" : `: ${why}`}`;
      checks.add(event.at, () => ({ what: `check ${check}`, atUs: event.at, text, places: [place] }));
    },
    read: () => [checks.read("checks of what was restored"), operations.read("back-ups and restores")],
  };
}

function formatCheck(value: number | null): string {
  return value === null ? "no answer" : formatNumber(value);
}

/** The newest boot counts. */
export function bootTracer(): Tracer {
  let last: TraceRow | null = null;
  return {
    step: (event, place) => {
      if (event.type !== "boot") return;
      last = { what: "boot", atUs: event.at, text: `ready: ${event.ready.join(", ") || "none"}; not ready: ${event.notReady.join(", ") || "none"}`, places: [place] };
    },
    read: () => [{ title: "boot that was judged", count: last === null ? 0 : 1, rows: last === null ? [] : [last] }],
  };
}
