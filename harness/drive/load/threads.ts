/**
 * A load that is too much for one process is sent by several, each a part of it: arrival k by process k mod n. Together they send what
 * one process would have sent: the same arrivals at the same times with the same data.
 */

import type { Source } from "./engine.ts";
import type { Pace } from "./pace.ts";

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

export const wholeLoad: Part = { number: 1, of: 1 };

/** A part's name in the log, and that of its segments. */
export function segmentOf(part: Part): string {
  return part.of === 1 ? "load" : `load-${part.number}`;
}

/** The arrivals and the connections of one part; at least one connection. A schedule and its arrivals may keep state: they are asked for all of them, in order. */
export function partOf(source: Source, part: Part): Source {
  if (part.of === 1) return source;
  const first = part.number - 1;
  let arrived = 0;
  return {
    ...source,
    pace: stridden(source.pace, part),
    connections: Math.max(1, Math.floor(source.connections / part.of) + (first < source.connections % part.of ? 1 : 0)),
    arrive: (n) => {
      for (; arrived < n * part.of + first; arrived += 1) source.arrive(arrived);
      arrived += 1;
      return source.arrive(arrived - 1);
    },
  };
}

function stridden(pace: Pace, part: Part): Pace {
  let asked = 0;
  let dueMs = 0;
  return (n) => {
    for (; asked <= n * part.of + part.number - 1; asked += 1) dueMs = pace(asked);
    return dueMs;
  };
}
