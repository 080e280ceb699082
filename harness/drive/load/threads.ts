/**
 * A load that is too much for one process is sent by several, each a part of it: arrival k by process k mod n. Together they send what
 * one process would have sent: the same arrivals at the same times with the same data. Of a closed model, user u is run by process
 * u mod n, from the first journey to the last.
 */

import type { Source } from "./engine.ts";
import type { Pace } from "./pace.ts";
import type { ClosedModel } from "./pace/arrivals.ts";

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

export const wholeLoad: Part = { number: 1, of: 1 };

/**
 * How Node is started for each of them. Its memory is nearly all garbage of the last moment: a small young generation, of one size from the
 * beginning, is collected in pauses of half a millisecond. Collecting with several threads would only make them fight for the core that the load
 * is sent from. What lives through the practice says nothing about what lives later: objects of sites that were taken for long-lived then (pretenuring) would fill
 * the old generation with garbage. A collection after the practice (which needs `gc`) leaves the old generation little room to grow before the next (R14).
 */
export const loadNodeFlags: readonly string[] = ["--min-semi-space-size=8", "--max-semi-space-size=8", "--single-threaded-gc", "--no-allocation-site-pretenuring", "--expose-gc"];

/** A part's name in the log, and that of its segments. */
export function segmentOf(part: Part): string {
  return part.of === 1 ? "load" : `load-${part.number}`;
}

/** The arrivals and the connections of one part; at least one connection. A schedule and its arrivals may keep state: they are asked for all of them, in order. */
export function partOf(source: Source, part: Part): Source {
  if (part.of === 1) return source;
  if (source.closed !== undefined) return usersOf(source, source.closed, part);
  const first = part.number - 1;
  let arrived = 0;
  return {
    ...source,
    pace: stridden(source.pace, part),
    connections: Math.max(1, shareOf(source.connections, part)),
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

function shareOf(count: number, { number, of }: Part): number {
  return Math.floor(count / of) + (number <= count % of ? 1 : 0);
}

/** Users hang on nothing of one another: only their own arrivals are asked for. There may be none of them. */
function usersOf(source: Source, closed: ClosedModel, part: Part): Source {
  const users = shareOf(closed.users, part);
  const userOf = (own: number): number => own * part.of + part.number - 1;
  return {
    ...source,
    pace: (own) => (own < users ? source.pace(userOf(own)) : Number.POSITIVE_INFINITY),
    closed: { users, thinkMs: (own) => closed.thinkMs(userOf(own)) },
    connections: Math.max(1, shareOf(source.connections, part)),
    arrive: (n) => source.arrive(Math.floor(n / users) * closed.users + userOf(n % users)),
  };
}
