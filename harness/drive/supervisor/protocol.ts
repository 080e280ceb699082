/**
 * What the harness and the supervisor say to one another, as data. The supervisor is the parent of every process of a run and the
 * owner of every undo: whatever is asked of it here is journalled and on disk before it is done.
 */

import { z } from "zod";

/** A process and the time it started in kernel ticks: a pid alone may have been given to a stranger meanwhile (R37). */
export const processIdentitySchema = z.strictObject({ pid: z.int().gt(1), startTicks: z.int().nonnegative() });
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** Signals by which programs are asked to end, each in its own way. */
const stopSignalSchema = z.enum(["SIGTERM", "SIGINT", "SIGQUIT"]);
export type StopSignal = z.infer<typeof stopSignalSchema>;

/** A process to start. Each gets a session of its own and dies with the supervisor. */
export const childSpecSchema = z.strictObject({
  /** Unique in the run: "api", "postgres", "load-steady". */
  id: z.string(),
  command: z.array(z.string()).min(1),
  workingFolder: z.string(),
  env: z.record(z.string(), z.string()),
  restart: z.strictObject({ policy: z.enum(["never", "always"]), delayMs: z.number() }),
  /** Signal that asks for an orderly end, and how long it may take before SIGKILL. */
  stop: z.strictObject({ signal: stopSignalSchema, withinMs: z.number() }),
  /** Run as this user (PostgreSQL refuses root); null keeps the present one. */
  runAs: z.strictObject({ uid: z.int(), gid: z.int() }).nullable(),
  /** Whether lines are written to its standard input. */
  input: z.boolean(),
});
export type ChildSpec = z.infer<typeof childSpecSchema>;

/**
 * How to take an act back, as data: it survives the harness. Executing it twice is harmless.
 * `verify` is asked until it answers as expected: healing counts only when its effect is seen (R6).
 */
export const undoSchema = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("http"),
    method: z.enum(["POST", "PATCH", "DELETE"]),
    url: z.string(),
    body: z.string().nullable(),
    /** Statuses that mean done; 404 of something that is gone is done as well (R7). */
    done: z.array(z.int()),
    verify: z.strictObject({ url: z.string(), status: z.int(), contains: z.string().nullable() }).nullable(),
    /** Whoever is asked was not started by the run: it may be there after a reboot, when another one has the address of a proxy of ours. */
    livesElsewhere: z.boolean().optional(),
  }),
  z.strictObject({ do: z.literal("signal"), process: processIdentitySchema, signal: z.enum(["SIGCONT", "SIGKILL", "SIGTERM"]) }),
  /** Start a child that was stopped, when it is not running. */
  z.strictObject({ do: z.literal("start"), child: z.string() }),
  /**
   * Run a module of this package with this JSON as its argument: a short tool with a deadline. It looks for the effect itself, and ends with 0
   * once it is seen or what was disturbed is gone; else it prints why not.
   */
  z.strictObject({
    do: z.literal("run"),
    module: z.string().regex(/^harness\/drive(\/[a-z][a-z-]*)+$/),
    input: z.string(),
    /** What was disturbed lives and dies with this child: once the child is ended for good, nothing is left to undo. null: it lives elsewhere. */
    livesIn: z.string().nullable(),
  }),
  /** Bring a container of the run to this state, through the API of its engine. */
  z.strictObject({
    do: z.literal("engine"),
    /** "unix:///var/run/docker.sock". */
    endpoint: z.string(),
    /** Value of the run's label: a container without it is not touched (R37). */
    run: z.string(),
    container: z.string(),
    to: z.discriminatedUnion("be", [
      /** `before`: when the engine says that it was started before it was told to end. One that runs since then is about to end still, and is started anew. */
      z.strictObject({ be: z.literal("running"), before: z.string().optional() }),
      z.strictObject({ be: z.literal("going-on") }),
      z.strictObject({ be: z.literal("connected"), network: z.string(), aliases: z.array(z.string()) }),
      /** As the engine tells them; 0 and below: without a limit. A period of 0 is the usual one. */
      z.strictObject({ be: z.literal("limited"), memoryBytes: z.int(), memorySwapBytes: z.int(), nanoCpus: z.int().nonnegative(), cpuPeriodUs: z.int().nonnegative().default(0), cpuQuota: z.int() }),
    ]),
  }),
  /** Run a command of the user's own, which finds the environment of whoever runs it. `verify` ends with 0 once the effect is seen; null: the command's own 0 has to do. */
  z.strictObject({
    do: z.literal("command"),
    command: z.array(z.string()).min(1),
    workingFolder: z.string(),
    verify: z.array(z.string()).min(1).nullable(),
    /** What it heals is of the run's own stack, and gone with that: a failure is none then (R7). */
    ownStack: z.boolean().optional(),
  }),
  z.strictObject({ do: z.literal("nothing") }),
]);
export type Undo = z.infer<typeof undoSchema>;

/** Everything that an engine holds of a run: containers, networks and volumes, known by the run's label. */
export const projectSchema = z.strictObject({
  endpoint: z.string(),
  run: z.string(),
  /** Somebody is having things made: what the engine was asked for by one that was killed may appear later than it is looked for. */
  inMaking: z.boolean().optional(),
});
export type Project = z.infer<typeof projectSchema>;

export const requestSchema = z.discriminatedUnion("ask", [
  z.strictObject({ ask: z.literal("spawn"), spec: childSpecSchema }),
  /** Start a known child again, on the same command. */
  z.strictObject({ ask: z.literal("start"), child: z.string() }),
  /** Orderly end, by the child's own signal unless another one is named; it is not restarted until it is started again. */
  z.strictObject({ ask: z.literal("stop"), child: z.string(), signal: stopSignalSchema.optional() }),
  /** SIGKILL of all processes of the child's session; its restart policy applies. */
  z.strictObject({ ask: z.literal("kill"), child: z.string() }),
  /** A signal to one process, which must belong to a child's session. */
  z.strictObject({ ask: z.literal("signal"), process: processIdentitySchema, signal: z.enum(["SIGKILL", "SIGTERM", "SIGSTOP", "SIGCONT"]) }),
  z.strictObject({ ask: z.literal("write"), child: z.string(), line: z.string() }),
  /** The processes of a child's session with their command lines, the child itself first. */
  z.strictObject({ ask: z.literal("processes"), child: z.string() }),
  /** Forget a child that ended and is not wanted again (load and probe processes of a scenario). */
  z.strictObject({ ask: z.literal("forget"), child: z.string() }),
  /** Journal an undo before its act; it is executed on release, or when the lease runs out or the harness dies. */
  z.strictObject({ ask: z.literal("lease"), lease: z.string(), undo: undoSchema, leaseMs: z.number() }),
  /** Held for so much longer from now on, because somebody attends to it; never for longer in all than the longest fault (R5). */
  z.strictObject({ ask: z.literal("renew"), lease: z.string(), leaseMs: z.number() }),
  z.strictObject({ ask: z.literal("release"), lease: z.string() }),
  /** A folder to be removed at the end. Journalled before it is made. */
  z.strictObject({ ask: z.literal("folder"), path: z.string() }),
  /** Containers, networks and volumes to be removed at the end. Journalled before any is made. */
  z.strictObject({ ask: z.literal("project"), project: projectSchema }),
  z.strictObject({ ask: z.literal("beat") }),
  /** Undo everything, newest first, end all children, remove all folders, and say what is left. */
  z.strictObject({ ask: z.literal("close") }),
]);
export type SupervisorRequest = z.infer<typeof requestSchema>;

export interface SessionProcess extends ProcessIdentity {
  command: string;
  /** The number that it has for itself and its kin, where that is another one: in a container. */
  insidePid?: number;
}

/** Something that could not be cleaned up, with the command that does it by hand. */
export interface Leftover {
  kind: string;
  id: string;
  command: string;
}

export interface CleanupResult {
  complete: boolean;
  left: readonly Leftover[];
}

/** What the supervisor tells without being asked. */
export type SupervisorNotice =
  | { notice: "started"; child: string; process: ProcessIdentity; atUs: number }
  | { notice: "exited"; child: string; pid: number; ended: string; expected: boolean; atUs: number }
  | { notice: "restarting"; child: string; afterMs: number; atUs: number }
  | { notice: "gave-up"; child: string; why: string; atUs: number }
  | { notice: "output"; child: string; stream: "out" | "err"; line: string; atUs: number }
  /** `why`: what was in the way when it could not be healed. */
  | { notice: "lease-expired"; lease: string; healed: boolean; why: string | null; atUs: number };
