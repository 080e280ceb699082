/**
 * The union of all that can happen in a run. What is not in here did not happen: reports and verdicts read nothing else.
 * `at` is always an instant of the host's monotonic clock in µs; durations are ms; lists hold one entry per thing.
 */

import type { PhaseName } from "../scenario/objective.ts";
import type { Control } from "../scenario/control.ts";
import type { RecoveryPart } from "../scenario/drill/manual.ts";
import type { Scenario, Suite } from "../scenario/scenario.ts";
import type { Target } from "../scenario/target/target.ts";
import type { InstantUs } from "../base/time.ts";
import type { ImageUse, NodeOutput, NodeState } from "./node-evidence.ts";

export const logSchemaVersion = 1;

/** Why a request was not good. `dropped` was due and never sent; `status` and `body` were answered. */
export const requestOutcomes = ["ok", "dropped", "refused", "reset", "timeout", "malformed", "tls", "status", "body"] as const;
export type RequestOutcome = (typeof requestOutcomes)[number];

/** One due request, from the fixed-width records. A dropped one has startUs = endUs = the instant it was given up, status 0. */
export interface RequestEvent {
  type: "request";
  at: InstantUs;
  workload: string;
  route: string;
  intendedUs: InstantUs;
  startUs: InstantUs;
  firstByteUs: InstantUs;
  endUs: InstantUs;
  status: number;
  outcome: RequestOutcome;
  bytes: number;
}

/** First record of a suite's log and of each of its scenarios' logs. */
export interface RunHeader {
  type: "run";
  at: InstantUs;
  schema: number;
  /** Id of the suite's run: the folder's name. */
  run: string;
  startedAtUnixMs: number;
  roadworthyVersion: string;
  commit: string | null;
  /** Name and version of what the stack runs on: "PostgreSQL 15.18", "Valkey 9.1.2", "Node 26.10.0". */
  versions: readonly string[];
  host: { platform: string; cpus: number; memoryMiB: number; fingerprint: string };
  stack: "embedded" | "docker" | "external";
  proxy: "embedded" | "toxiproxy";
  seed: number;
  suite: Suite;
  target: Target;
  /** null in the suite's own log. */
  scenario: Scenario | null;
  /** Names of the scenarios that the suite runs, in order. */
  planned: readonly string[];
  /** Objectives that each planned scenario rules on: one that did not run leaves inconclusive rows, not gaps. */
  plannedRules?: Readonly<Record<string, readonly string[]>>;
  /** Command that repeats this run. */
  repeat: string;
  previous: PreviousRun | null;
  /** Of a run that is a series of repeats: its log says which there were, and each of them is a whole run in a folder of its own. */
  repeats?: RepeatsAsked;
  /** When each gate was last seen red, read from the store when the run starts; an objective that is not in it never was. The first builds did not write it. */
  gatesSeenRed?: readonly SeenRed[];
  /** Of a run that shows whether gates can go red: no release is judged by it. */
  control?: Control;
}

export interface RepeatsAsked {
  /** How many repeats; at most how many when they end as soon as all is decided. */
  most: number;
  untilDecided: boolean;
}

/** One try at one repeat. */
export interface RepeatAttempt {
  repeat: number;
  attempt: number;
  /** Of this repeat: derived from that of the series, and the same in each of its attempts. */
  seed: number;
}

/** An objective that a known-bad variant, or a control, turned red in one of the scenarios of this run. */
export interface SeenRed {
  objective: string;
  atUnixMs: number;
  /** What turned it red: "broken/slow-api". */
  by: string;
}

/** What is known of the last comparable run, read from the store when the run starts. */
export interface PreviousRun {
  run: string;
  outcome: string;
  objectives: readonly { objective: string; outcome: string | null; value: number | null }[];
}

/** Proof that something took, or lost, effect: what was looked at and what was seen. */
export interface Witness {
  seen: boolean;
  what: string;
}

export type FaultMoment =
  /** The act began and ended: its two stamps, whose width is the uncertainty of the injection. */
  | { stage: "injected"; beganUs: InstantUs; endedUs: InstantUs }
  | { stage: "felt"; witness: Witness }
  /** It became something else while it was held: a stage of a ramp, "delay 150 ms". */
  | { stage: "changed"; beganUs: InstantUs; endedUs: InstantUs; to: string }
  | { stage: "healing" }
  | { stage: "healed"; beganUs: InstantUs; endedUs: InstantUs }
  /** The system no longer feels it. */
  | { stage: "settled"; witness: Witness }
  /** What was to repair it did not work, or nobody came: it was ended all the same, and not by a recovery. */
  | { stage: "unrepaired"; beganUs: InstantUs; endedUs: InstantUs; why: string }
  | { stage: "failed"; why: string };

export type OperationKind = "back-up" | "restore" | "command" | "scale" | "rolling-deploy" | "roll-back" | "promote";

export type OperationMoment =
  | { stage: "began" }
  /** A replica is done: "2.4.1 was ready 0.6 s after its start". */
  | { stage: "advanced"; replica: string; what: string }
  /** `bytes`: of the back-up that was made, or restored; null when that is not known. `what`: "pg_dump of app". */
  | { stage: "ended"; tookMs: number; bytes: number | null; what: string }
  | { stage: "failed"; tookMs: number; why: string };

/** A person is asked for a step of a drill, and confirms it, or does not in time. */
export type ManualMoment =
  | { stage: "asked"; withinMs: number }
  /** `by`: at the terminal of the run, or with `roadworthy ack`. */
  | { stage: "confirmed"; by: "terminal" | "ack"; tookMs: number }
  | { stage: "late"; tookMs: number };

export interface LinkUse {
  connections: number;
  bytesUp: number;
  bytesDown: number;
}

/** What became of a tracked write. `info`: indeterminate, it may or may not have been stored. */
export type WriteOutcome = "ok" | "refused" | "info";

export interface SteadyReading {
  steady: boolean;
  /** Why not, with the numbers; null when it is. */
  why: string | null;
  /** Requests of the baseline until the look, by their intended start. */
  baseline: { requests: number; good: number };
  /** Those of the window before it. `unanswered`: due for longer than `p95LimitMs`, and without an answer so far; of a closed model and of other tools it is not known. */
  window: { fromUs: InstantUs; toUs: InstantUs; requests: number; good: number; unanswered: number };
  /** Response time of the good ones in the window and of those without an answer; null when it falls among the latter. */
  p95Ms: number | null;
  /** null: the baseline had no good answer to tell it from. */
  p95LimitMs: number | null;
}

export interface ReturnReading {
  returned: boolean;
  /** Why not, in words; null when it is. */
  why: string | null;
  /** From the last healing to back to normal (MEASURES.md); 0 when nothing was bad any more. null: not seen to be back. */
  tookMs: number | null;
  resolutionMs: number;
  /** What the plan gives for it. */
  withinMs: number;
}

export type ControlEvent =
  | RunHeader
  | { type: "phase"; at: InstantUs; name: PhaseName; edge: "begin" | "end" }
  /** `versions`: of what really runs, where the header could only say what was there before the boot; the first builds did not write it. `images`: of its containers; likewise. */
  | { type: "boot"; at: InstantUs; bootMs: number; versions?: readonly string[]; images?: readonly ImageUse[]; ready: readonly string[]; notReady: readonly string[] }
  | {
      type: "process";
      at: InstantUs;
      process: string;
      what: "started" | "ready" | "exited" | "restarting" | "gave-up";
      pid: number;
      /** Exit code or signal name, of an exit. */
      ended?: string;
    }
  /** A line that a node printed; kept around faults and at errors, limited in number. */
  | { type: "output"; at: InstantUs; process: string; stream: "out" | "err"; line: string }
  | ({ type: "fault"; at: InstantUs; id: string; kind: string; on: string } & FaultMoment)
  /** What became of the processes of all nodes: looked at before the load, after each fault (its id), and at the end. */
  | { type: "node-state"; at: InstantUs; when: "begin" | "fault" | "end"; fault: string | null; states: readonly NodeState[] }
  /** What a process printed around a fault; around the end of the scenario when `fault` is null. Written afterwards: `fromUs` and `toUs` are what it is about. */
  | ({ type: "node-output"; at: InstantUs; fault: string | null; fromUs: InstantUs; toUs: InstantUs } & NodeOutput)
  /** What a link has seen since it was made, at the beginning and at the end of a scenario. `own`: how much of it was ours; null where it cannot be told. */
  | ({ type: "link"; at: InstantUs; link: string; own?: LinkUse | null } & LinkUse)
  /** Processor time that each process of the run used since the last of these, with all that it started: one a second. */
  | { type: "processor-use"; at: InstantUs; overMs: number; used: readonly { process: string; ms: number }[] }
  /** What the system showed before the first fault, and whether that was the steady state that the scenario asks for: once, and nothing is injected without. */
  | ({ type: "steady-state"; at: InstantUs } & SteadyReading)
  /** Whether, and how long after the last healing, the system was back to its baseline; written when the last answer is in. */
  | ({ type: "return-to-baseline"; at: InstantUs } & ReturnReading)
  /** A breached stop condition, an interrupt, no steady state to begin with, or an error that ended the scenario early. */
  | { type: "stop"; at: InstantUs; why: "condition" | "interrupt" | "unsteady" | "error"; code: string; message: string; hint?: string }
  /** A drill brought a ledger's data back. `ageMs`: how old the state that was restored was when the first fault came; null when that is not known. `what`: "base backup of 13:30". */
  | { type: "restored"; at: InstantUs; ledger: string; ageMs: number | null; what: string }
  /** An operation of a drill, by the id of its step, or of the fault that it repairs. */
  | ({ type: "operation"; at: InstantUs; id: string; kind: OperationKind; on: string } & OperationMoment)
  /** `step`: its place in the repair of fault `id`, from 1; null for an operation `id` of its own. */
  | ({ type: "manual"; at: InstantUs; id: string; step: number | null; part: RecoveryPart; owner: string; text: string; expectedMs: number } & ManualMoment)
  /** What a check gave when the back-up was made, and gives of what was restored; null when it could not be asked. */
  | { type: "restore-check"; at: InstantUs; node: string; check: string; atBackup: number | null; restored: number | null; why: string | null }
  | { type: "quiesced"; at: InstantUs; complete: boolean; tookMs: number; openItems: number }
  /** A repeat begins; `attempt` counts from 1, and a further one is made when a tool failed in the one before. In the log of a series only. */
  | ({ type: "repeat"; at: InstantUs } & RepeatAttempt)
  | { type: "cleanup"; at: InstantUs; complete: boolean; left: readonly { kind: string; id: string; command: string }[] }
  /** Last record of the harness's segment. A log without it is incomplete and never passes. */
  | { type: "end"; at: InstantUs };

/** A threshold of a k6 script, as k6 saw it at its end. */
export interface EngineThreshold {
  /** "http_req_duration{status:200}" */
  metric: string;
  /** "p(95)<500" */
  expression: string;
  /** Points of that metric that were sent. */
  samples: number;
  crossed: boolean;
  /** What it compares, over the whole run; null where k6 leaves it out of its summary, as a p(99) that no script asked for. */
  value: number | null;
  /** "ms", "bytes", "1/s"; empty for shares and plain numbers. */
  unit: string;
}

/** How a tool that sent a workload ended, and what it says itself. */
export interface EngineEnd {
  type: "engine-end";
  at: InstantUs;
  workload: string;
  engine: "k6" | "autocannon" | "ledger";
  /** "k6 v1.8.1" */
  version: string;
  /** null when a signal ended it. */
  exitCode: number | null;
  /** It was told to end, because the scenario did. */
  wasStopped: boolean;
  /** Its last line about an error; empty when there was none. */
  said: string;
  /** How far wall clock and monotonic clock moved against one another meanwhile; null where its times are our own. */
  clockShiftMs: number | null;
  checks: { passed: number; failed: number };
  thresholds: readonly EngineThreshold[];
}

export type LoadEvent =
  | { type: "load-ready"; at: InstantUs }
  /** What the file of a replay holds; `skipped` lines no route makes. */
  | { type: "replay"; at: InstantUs; workload: string; sha256: string; arrivals: number; spanMs: number; skipped: number; isSpread: boolean }
  /** A step of a search begins: what is due from `fromUs` on and before `untilUs` counts for this rate. */
  | { type: "search-step"; at: InstantUs; workload: string; ratePerSecond: number; fromUs: InstantUs; untilUs: InstantUs }
  /** As near as asked for; at an end of its range; no step was left; or the generator was the limit. */
  | { type: "search-end"; at: InstantUs; workload: string; endedBy: "precision" | "range" | "steps" | "generator" }
  /** How many requests the schedule holds, written when the load has ended; once by each process that sends a part of it. */
  | { type: "load-end"; at: InstantUs; offered: number; started: number; dropped: number }
  /** Samples of the generator's own health, one a second. `process`: which one, from 1, where several send the load. `of`: the workload that another tool sends, which tells no lag. */
  | {
      type: "generator";
      at: InstantUs;
      process?: number;
      of?: string;
      startLagP99Ms: number;
      eventLoopDelayP99Ms: number;
      cpuPercent: number;
      connections: number;
      inFlight: number;
      /** Spent on collecting garbage in this second, and the longest of it at once. */
      collectionMs?: number;
      longestCollectionMs?: number;
      /** How far the wall clock was set in this second. */
      clockStepMs?: number;
    }
  /** Failures of one second by class and message, so that a report can say why. */
  | { type: "request-errors"; at: InstantUs; route: string; outcome: RequestOutcome; message: string; count: number }
  | EngineEnd
  | { type: "write"; at: InstantUs; ledger: string; id: string; intendedUs: InstantUs; what: "invoke" | WriteOutcome };

export type ProbeEvent =
  | { type: "probe"; at: InstantUs; probe: string; intendedUs: InstantUs; tookMs: number; ok: boolean; why: string | null }
  /** Ids that were seen finished for the first time in this poll. `resolutionMs` is the time since the poll before. */
  | { type: "completion"; at: InstantUs; completion: string; resolutionMs: number; done: readonly { id: string; ok: boolean }[] }
  | { type: "gauge"; at: InstantUs; gauge: string; value: number | null; why: string | null }
  | { type: "probing-failed"; at: InstantUs; what: string; why: string }
  /** Result of the read-back of a ledger by one way; ids come in chunks, with duplicates kept. */
  | { type: "read-back"; at: InstantUs; ledger: string; way: string; ids: readonly string[]; last: boolean }
  | { type: "read-back-failed"; at: InstantUs; ledger: string; way: string; why: string }
  | { type: "fact"; at: InstantUs; fact: string; values: readonly number[] | null; why: string | null };

export type LogEvent = ControlEvent | LoadEvent | ProbeEvent | RequestEvent;
/** Everything but requests: written as one JSON record each. */
export type JsonEvent = Exclude<LogEvent, RequestEvent>;
