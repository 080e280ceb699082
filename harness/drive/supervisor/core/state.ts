/** What the supervisor knows, what can happen to it, and what it may do: the vocabulary of the reducer. */

import type { ErrorCode } from "../../../base/error.ts";
import type { InstantUs } from "../../../base/time.ts";
import type { ChildSpec, CleanupResult, Leftover, ProcessIdentity, Project, SupervisorNotice, SupervisorRequest, Undo } from "../protocol.ts";

export interface SupervisorState {
  readonly stage: "serving" | "undoing" | "ending" | "cleaning" | "closed";
  /** Set once the harness is gone or has gone silent: nobody waits for an orderly end any more. */
  readonly hurried: boolean;
  /** Whether all undos are due: beats stopped, or everything is closing. */
  readonly undoAll: boolean;
  readonly lastBeatUs: InstantUs;
  /** When the present stage of closing is given up and the next one begins. */
  readonly stageDeadlineUs: InstantUs;
  readonly children: ReadonlyMap<string, ChildState>;
  readonly leases: ReadonlyMap<string, LeaseState>;
  readonly folders: readonly string[];
  readonly projects: readonly Project[];
  /** Every process that was a child: shared memory is recognised by its creator, and what is told twice by its having been told. */
  readonly processes: readonly ProcessIdentity[];
  readonly left: readonly Leftover[];
  /** Counts starts and leases, so that they can be taken back newest first. */
  readonly order: number;
  /** Requests to close that wait for the result. */
  readonly closers: readonly number[];
  /** No lease is granted for longer (R5). */
  readonly longestLeaseMs: number;
}

export interface ChildState {
  readonly spec: ChildSpec;
  readonly order: number;
  readonly stage: ChildStage;
  /** false once it was stopped on purpose: it is not restarted until it is started again. */
  readonly wanted: boolean;
  /** Whether there ever was a process of it: one whose first start failed is not kept. */
  readonly ran: boolean;
  readonly restartsAtUs: readonly InstantUs[];
  readonly waiters: readonly Waiter[];
}

export type ChildStage =
  | { readonly is: "starting"; readonly deadlineUs: InstantUs }
  /** `condemned`: its leader was sent a signal on behalf of a fault that is to end it. */
  | { readonly is: "running"; readonly process: ProcessIdentity; readonly condemned: boolean }
  | { readonly is: "ending"; readonly process: ProcessIdentity; readonly deadlineUs: InstantUs }
  | { readonly is: "sweeping"; readonly process: ProcessIdentity; readonly deadlineUs: InstantUs }
  | { readonly is: "waiting"; readonly dueUs: InstantUs }
  | { readonly is: "ended" };

/** Who is to be told that a child runs, or that nothing of it runs any more. */
export type Waiter =
  | { readonly for: "running"; readonly request: number }
  | { readonly for: "running"; readonly lease: string }
  | { readonly for: "ended"; readonly request: number; readonly forget: boolean };

export interface LeaseState {
  readonly undo: Undo;
  readonly order: number;
  /** It may not be renewed beyond this. */
  readonly latestUs: InstantUs;
  /** When it is undone without being asked; while it is being undone, when that counts as failed. */
  readonly deadlineUs: InstantUs;
  readonly stage: "held" | "undoing" | "done" | "failed";
  readonly problem: string | null;
  /** Whether the supervisor began the undo by itself, which it tells in a notice. */
  readonly expired: boolean;
  /** Whether it is undone although the harness may still be about to act: what it disturbs then comes after, so that this does not count for good. */
  readonly early: boolean;
  /** How often its undo was begun: what is told of an earlier time is not told of this one. */
  readonly attempt: number;
  readonly releases: readonly number[];
}

export type SupervisorEvent = { readonly atUs: InstantUs } & (
  | { readonly event: "asked"; readonly id: number; readonly request: SupervisorRequest }
  | { readonly event: "spawned"; readonly child: string; readonly process: ProcessIdentity }
  | { readonly event: "spawn-failed"; readonly child: string; readonly failure: Failure }
  | { readonly event: "exited"; readonly child: string; readonly pid: number; readonly ended: string }
  /** Whether the leader is there, asked because somebody waits for the child to run: an exit is told a little later than it happens. */
  | { readonly event: "looked"; readonly child: string; readonly pid: number; readonly alive: boolean }
  /** Nothing of the session is left but what `left` says. */
  | { readonly event: "swept"; readonly child: string; readonly pid: number; readonly left: readonly Leftover[] }
  /** `attempt` is left out when it is the one that is under way. */
  | { readonly event: "undone"; readonly lease: string; readonly attempt?: number; readonly problem: string | null }
  /** The undo could not be written down: its act must not happen. */
  | { readonly event: "lease-refused"; readonly lease: string; readonly request: number; readonly failure: Failure }
  /** What is to be removed at the end could not be written down: it must not be made. */
  | { readonly event: "making-refused"; readonly request: number; readonly failure: Failure }
  | { readonly event: "cleaned"; readonly left: readonly Leftover[] }
  /** The harness is gone, or the supervisor itself was told to end. */
  | { readonly event: "lost" }
  | { readonly event: "tick" }
);

/** What follows when the entry before an act could not be written. */
export type Unwritten = Extract<SupervisorEvent, { readonly failure: Failure }>;

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** Carried out in order. When a journal entry cannot be written, the effects after it are not carried out and `orElse` happens. */
export type Effect =
  | { readonly effect: "journal"; readonly entry: JournalEntry; readonly orElse: Unwritten | null }
  | { readonly effect: "spawn"; readonly child: string; readonly spec: ChildSpec }
  | { readonly effect: "signal-leader"; readonly child: string; readonly process: ProcessIdentity; readonly signal: NodeJS.Signals }
  | { readonly effect: "kill-session"; readonly child: string; readonly process: ProcessIdentity }
  | { readonly effect: "look"; readonly child: string; readonly process: ProcessIdentity }
  /** Kill what is left of the session, and watch until nothing is. */
  | { readonly effect: "sweep"; readonly child: string; readonly process: ProcessIdentity }
  | { readonly effect: "undo"; readonly lease: string; readonly attempt: number; readonly undo: Undo; readonly hurried: boolean }
  | { readonly effect: "clean"; readonly folders: readonly string[]; readonly projects: readonly Project[]; readonly pids: readonly number[]; readonly undos: ReadonlyMap<string, Undo>; readonly forgiving: boolean }
  | { readonly effect: "list"; readonly id: number; readonly child: string; readonly process: ProcessIdentity }
  | { readonly effect: "signal"; readonly id: number; readonly process: ProcessIdentity; readonly signal: NodeJS.Signals; readonly children: ReadonlyMap<string, ProcessIdentity> }
  | { readonly effect: "write"; readonly id: number; readonly child: string; readonly line: string }
  | { readonly effect: "make-folder"; readonly id: number; readonly path: string }
  | { readonly effect: "reply"; readonly id: number; readonly value: unknown }
  | { readonly effect: "refuse"; readonly id: number; readonly failure: Failure }
  | { readonly effect: "notice"; readonly notice: SupervisorNotice }
  | { readonly effect: "finish"; readonly result: CleanupResult };

/** What is on disk before it is done. Entries that end something spare `heal` the work. */
export type JournalEntry =
  | { readonly entry: "spawning"; readonly child: string }
  | { readonly entry: "started"; readonly child: string; readonly process: ProcessIdentity }
  | { readonly entry: "ended"; readonly child: string; readonly pid: number }
  | { readonly entry: "lease"; readonly lease: string; readonly undo: Undo }
  | { readonly entry: "undone"; readonly lease: string }
  | { readonly entry: "folder"; readonly path: string }
  | { readonly entry: "project"; readonly project: Project };

export const unwritable: Failure = { code: "cannot-write", message: "the journal cannot be written", hint: "free some space in the folder of the run's journal" };

export const limits = {
  /** Without a beat for this long, the harness counts as stopped and all undos are carried out (R5). */
  beatsWithinUs: 2_000_000,
  /** A child that is restarted more often than this within the window is given up. */
  restartsInWindow: 10,
  restartWindowUs: 30_000_000,
  /** Time for all undos of an orderly close, and when nobody waits any more. */
  undoingUs: 15_000_000,
  hurriedUndoingUs: 1_500_000,
  /** Time for all children together to end in an orderly way. */
  endingUs: 30_000_000,
  hurriedEndingUs: 1_000_000,
  /** By when an effect has answered; its own limit is shorter. What has not is given up, so that nothing waits for ever. */
  startingUs: 5_000_000,
  sweepingUs: 6_000_000,
  undoUs: 16_000_000,
  cleaningUs: 30_000_000,
  /** A fault is held no longer than this unless that is raised (R5), and a lease no longer than its fault with its margins. */
  longestFaultMs: 600_000,
  leaseMarginMs: 10_000,
} as const;

export function firstState(atUs: InstantUs, longestFaultMs: number = limits.longestFaultMs): SupervisorState {
  return {
    stage: "serving",
    hurried: false,
    undoAll: false,
    lastBeatUs: atUs,
    stageDeadlineUs: Number.POSITIVE_INFINITY,
    children: new Map(),
    leases: new Map(),
    folders: [],
    projects: [],
    processes: [],
    left: [],
    order: 0,
    closers: [],
    longestLeaseMs: longestFaultMs + limits.leaseMarginMs,
  };
}
