/** The known truths T1 to T12 of real servers that lose, or do not lose, acknowledged writes: what is run, and what must be seen. */

import type { KillOutcome } from "./kill-outcome.ts";

export type StoreKind = "table" | "queue" | "key-value";

export interface KnownTruth {
  readonly id: string;
  /** What is killed, and how it was set. */
  readonly what: string;
  readonly store: StoreKind;
  /** Of the server. */
  readonly settings: Readonly<Record<string, string>>;
  /** Its data have a small disk of their own, in memory where that can be had: for times that hang on how busy the machine's disk is. */
  readonly diskMiB?: number;
  readonly fault: "node-kill" | "postgres-kill-backend" | "postgres-kill-postmaster";
  /** Writes a second; null: as fast as they are acknowledged. */
  readonly ratePerSecond: number | null;
  readonly kills: number;
  /** Written for so long before the kill, and up to `spreadMs` more, as the seed decides. */
  readonly beforeMs: number;
  readonly spreadMs: number;
  /** Written for so long after it was healed: a second and more shows when it was back. */
  readonly afterMs: number;
  readonly must: string;
  /** Other truths that it is compared with. */
  readonly besides?: readonly string[];
  /** Why what was seen cannot be true; empty when it can. `of`: the kills of a truth besides. */
  readonly misses: (kills: readonly KillOutcome[], of: (id: string) => readonly KillOutcome[]) => readonly string[];
}
