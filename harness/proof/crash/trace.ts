/** What `trace-points.ts` has written, and what was under way at an instant. */

import { existsSync, readFileSync } from "node:fs";
import type { InstantUs } from "../../base/time.ts";

export interface TracePoint {
  readonly atUs: InstantUs;
  readonly who: string;
  readonly point: string;
  readonly detail: string;
}

export function readTrace(path: string): TracePoint[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => {
    const [at = "", who = "", point = "", ...detail] = line.split(" ");
    return { atUs: Number(at), who, point, detail: detail.join(" ") };
  });
}

/**
 * What a kill must be able to interrupt:
 *
 *   spawn    from the intent in the journal to the pid in the journal
 *   inject   from the request for a lease to the answer of the act
 *   heal     from the request for an undo, or its beginning, to its being noted
 */
export const windows = ["spawn", "inject", "heal"] as const;
export type Window = (typeof windows)[number];

const begins: Readonly<Record<Window, readonly string[]>> = {
  spawn: ["supervisor spawning:before"],
  inject: ["harness ask-lease:before", "harness act:before", "harness ask-stop:before", "harness ask-kill:before"],
  heal: ["harness ask-release:before", "supervisor undo:before"],
};
const ends: Readonly<Record<Window, readonly string[]>> = {
  spawn: ["supervisor started:written"],
  inject: ["harness act:after", "harness ask-stop:after", "harness ask-kill:after"],
  heal: ["harness ask-release:after", "supervisor undone:written"],
};

/** Those that had begun and not ended at `atUs`. What began afterwards, while cleaning up, does not count. */
export function windowsAt(trace: readonly TracePoint[], atUs: InstantUs): Window[] {
  return windows.filter((window) => {
    const edges = trace.filter((point) => point.atUs <= atUs).map(({ who, point }) => `${who} ${point}`);
    return edges.findLastIndex((name) => begins[window].includes(name)) > edges.findLastIndex((name) => ends[window].includes(name));
  });
}

/** null as long as it has not begun. */
export function pidOf(trace: readonly TracePoint[], role: string): number | null {
  const begun = trace.find(({ who, point }) => who === role && point === "begin");
  return begun === undefined ? null : Number(begun.detail);
}

/** Id of the run; null as long as it has no journal. */
export function runOf(trace: readonly TracePoint[]): string | null {
  const header = trace.find(({ point }) => point === "run:before");
  return /"run":"([^"]+)"/.exec(header?.detail ?? "")?.[1] ?? null;
}

export function portsOf(trace: readonly TracePoint[]): number[] {
  return trace.filter(({ point }) => point === "port").map(({ detail }) => Number(detail));
}

/** Of the harness, the supervisor, the warden, and every process it has started. */
export function pidsOf(trace: readonly TracePoint[]): number[] {
  return trace.flatMap(({ point, detail }) => {
    if (point === "begin") return [Number(detail)];
    const pid = point === "started:before" ? /"pid":(\d+)/.exec(detail)?.[1] : undefined;
    return pid === undefined ? [] : [Number(pid)];
  });
}
