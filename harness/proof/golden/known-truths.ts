/** The table of known truths (PostgreSQL 15, Redis 7; 8 writers). SIGKILL is no loss of power: what a server has handed to the system survives it. */

import { all, isBackOnceItSaysSo, isBackWithin, losesAll, losesAtMost, losesNothing, losesSome, median, oftenEnough, reachesBackAtMost } from "./expectations.ts";
import type { KillOutcome } from "./kill-outcome.ts";
import type { KnownTruth } from "./known-truth.ts";

/** Three times the `wal_writer_delay` of 200 ms. */
const asyncWindowMs = 600;
const backWithinMs = 600;
const usual = { beforeMs: 1000, spreadMs: 400, afterMs: 1500 } as const;
const everyWrite = { ratePerSecond: null, ...usual } as const;
const slowly = { ratePerSecond: 50, ...usual } as const;
const async = { synchronous_commit: "off" } as const;
/** Of 273 bytes of WAL each. A page that is full wakes the WAL writer; while it wakes, the writers begin the next one. */
const rowsOfPage = 30;
const losesAsT2 = all(reachesBackAtMost(asyncWindowMs), oftenEnough("something was lost", ({ lost }) => lost > 0, { least: 15, of: 20 }));
const mustAsT2 = "window ≤ 600 ms; lost > 0 in ≥ 15 of 20";

const ofPostgres: readonly KnownTruth[] = [
  {
    id: "T1",
    what: "PostgreSQL, `synchronous_commit=on`, all killed",
    store: "table",
    settings: { synchronous_commit: "on" },
    fault: "node-kill",
    ...everyWrite,
    kills: 10,
    must: "lost 0; in doubt ≥ 1 in ≥ 8 of 10",
    misses: all(losesNothing, oftenEnough("something was in doubt", ({ indeterminate }) => indeterminate > 0, { least: 8, of: 10 })),
  },
  { id: "T2", what: "PostgreSQL, `=off`, 50/s, all killed", store: "table", settings: async, fault: "node-kill", ...slowly, kills: 20, must: mustAsT2, misses: losesAsT2 },
  {
    id: "T3",
    what: "PostgreSQL, `=off`, full load, all killed",
    store: "table",
    settings: async,
    fault: "node-kill",
    ...everyWrite,
    kills: 10,
    must: "lost ≤ about an 8 KiB page of WAL: 30 rows in the median, ≤ 2 pages in each",
    misses: all(losesAtMost(2 * rowsOfPage), losesAPage),
  },
  {
    id: "T4",
    what: "PostgreSQL, `=off`, 50/s, `wal_writer_delay` 1000 ms, all killed",
    store: "table",
    settings: { ...async, wal_writer_delay: "1000ms" },
    fault: "node-kill",
    ratePerSecond: 50,
    // Long enough for the limit to be exceeded.
    beforeMs: 3500,
    spreadMs: 2000,
    afterMs: 1500,
    kills: 8,
    must: "lost more than T2 (median); window ≤ 3 s",
    besides: ["T2"],
    misses: (kills, of) => [...reachesBackAtMost(3000)(kills), ...losesMoreThan(kills, of("T2"))],
  },
  {
    id: "T5",
    what: "PostgreSQL, `=off`, 50/s, `wal_writer_delay` 10 ms, all killed",
    store: "table",
    settings: { ...async, wal_writer_delay: "10ms" },
    fault: "node-kill",
    ...slowly,
    kills: 10,
    must: "lost ≤ 2",
    misses: losesAtMost(2),
  },
  { id: "T6", what: "PostgreSQL, `fsync=off`, all killed", store: "table", settings: { fsync: "off" }, fault: "node-kill", ...everyWrite, kills: 5, must: "lost 0", misses: losesNothing },
  {
    id: "T7",
    what: "PostgreSQL, `=off`, 50/s, one backend killed",
    store: "table",
    settings: async,
    diskMiB: 256,
    fault: "postgres-kill-backend",
    ...slowly,
    kills: 20,
    // Nobody has to start it anew: it may be back sooner than after T8, and its own log says when.
    must: `${mustAsT2}; back in ≤ 600 ms, not before its own log says so`,
    misses: all(losesAsT2, isBackWithin(0, backWithinMs), isBackOnceItSaysSo),
  },
  {
    id: "T8",
    what: "PostgreSQL, `=off`, 50/s, the postmaster alone killed",
    store: "table",
    settings: async,
    diskMiB: 256,
    fault: "postgres-kill-postmaster",
    ...slowly,
    kills: 20,
    must: `${mustAsT2}; back in 150 to 600 ms, not before its own log says so`,
    misses: all(losesAsT2, isBackWithin(150, backWithinMs), isBackOnceItSaysSo),
  },
];

const ofRedis: readonly KnownTruth[] = [
  { id: "T9", what: "Redis, `appendfsync always`, killed", store: "queue", settings: { appendonly: "yes", appendfsync: "always" }, fault: "node-kill", ...everyWrite, kills: 5, must: "lost 0", misses: losesNothing },
  { id: "T10", what: "Redis, `appendfsync everysec`, killed", store: "key-value", settings: { appendonly: "yes", appendfsync: "everysec" }, fault: "node-kill", ...everyWrite, kills: 5, must: "lost 0 (≤ 2 s if an fsync was in progress)", misses: reachesBackAtMost(2000) },
  {
    id: "T11",
    what: "Redis, `save 1 1`, killed",
    store: "key-value",
    settings: { save: "1 1" },
    fault: "node-kill",
    ratePerSecond: 200,
    beforeMs: 3500,
    spreadMs: 2000,
    afterMs: 1500,
    kills: 6,
    must: "lost > 0, about 1 s: at most 2.5 s, median 0.25 to 2 s",
    misses: all(losesSome, reachesBackAtMost(2500), aboutASecond),
  },
  { id: "T12", what: "Redis without persistence, killed", store: "queue", settings: {}, fault: "node-kill", ...everyWrite, kills: 5, must: "lost = all that was acknowledged before", misses: losesAll },
];

export const knownTruths: readonly KnownTruth[] = [...ofPostgres, ...ofRedis];

function losesAPage(kills: readonly KillOutcome[]): string[] {
  const rows = median(kills.map(({ lost }) => lost));
  return rows <= rowsOfPage ? [] : [`half of the kills lose ${rows} rows and more`];
}

function losesMoreThan(kills: readonly KillOutcome[], others: readonly KillOutcome[]): string[] {
  const [own, theirs] = [median(kills.map(({ lost }) => lost)), median(others.map(({ lost }) => lost))];
  return own > theirs ? [] : [`the median of what was lost is ${own}, and with a delay of 200 ms it is ${theirs}`];
}

/** Redis looks ten times a second whether more than one second has passed since it saved, in whole seconds: it saves every one or two. */
function aboutASecond(kills: readonly KillOutcome[]): string[] {
  const ms = median(kills.map(({ windowMs }) => windowMs));
  return ms >= 250 && ms <= 2000 ? [] : [`half of the kills reach back ${Math.round(ms)} ms`];
}
