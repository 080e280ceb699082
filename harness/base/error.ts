/**
 * The one error class. A failed request is data, never one of these: an error is something that kept Roadworthy from doing its work,
 * and it says what, where, and what to do.
 */

/** Exit codes of the command line (DESIGN.md). */
export const exitCodes = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  stopped: 3,
  cleanup: 4,
  usage: 64,
  unavailable: 69,
  internal: 70,
  write: 74,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The closed list of error codes, each with the exit code that it leads to. */
const exitCodeOf = {
  usage: exitCodes.usage,
  "scenario-invalid": exitCodes.usage,
  "target-invalid": exitCodes.usage,
  "suite-invalid": exitCodes.usage,
  "not-found": exitCodes.usage,
  "not-allowed": exitCodes.usage,
  "run-unreadable": exitCodes.usage,
  "port-taken": exitCodes.unavailable,
  "tool-missing": exitCodes.unavailable,
  "stack-unavailable": exitCodes.unavailable,
  "target-not-ready": exitCodes.unavailable,
  "fault-unavailable": exitCodes.unavailable,
  "proxy-unavailable": exitCodes.unavailable,
  "supervisor-lost": exitCodes.internal,
  "process-died": exitCodes.internal,
  internal: exitCodes.internal,
  "cannot-write": exitCodes.write,
  "not-steady": exitCodes.inconclusive,
  // Of the target nothing is known from there on.
  "engine-lost": exitCodes.inconclusive,
  "cleanup-incomplete": exitCodes.cleanup,
  stopped: exitCodes.stopped,
  interrupted: exitCodes.interrupted,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof exitCodeOf;

/** The exit code that an error code leads to, as read from a log; `internal` for a code of another version. */
export function exitCodeForCode(code: string): ExitCode {
  return isErrorCode(code) ? exitCodeOf[code] : exitCodes.internal;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(exitCodeOf, code);
}

export interface ErrorDetails {
  /** What the user can do about it, as an imperative sentence. */
  hint?: string;
  /** Where: a file, a path of a field, a process, an address. */
  where?: string;
  cause?: unknown;
}

export class RoadworthyError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "RoadworthyError";
    this.code = code;
    this.hint = details.hint;
    this.where = details.where;
  }

  get exitCode(): ExitCode {
    return exitCodeOf[this.code];
  }
}

/** The error itself when it is one of ours, else an `internal` one around it; a full or read-only disk becomes `cannot-write`. */
export function asRoadworthyError(error: unknown): RoadworthyError {
  if (error instanceof RoadworthyError) return error;
  const systemCode = systemErrorCode(error);
  if (systemCode === "ENOSPC" || systemCode === "EROFS" || systemCode === "EDQUOT") {
    return new RoadworthyError("cannot-write", messageOf(error), { hint: "free some space, or choose another folder with --out", cause: error });
  }
  return new RoadworthyError("internal", messageOf(error), { hint: "this is a defect of Roadworthy; please report it with the log of the run", cause: error });
}

/** `code` of a Node system error ("ECONNREFUSED"), when there is one. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** One line about any thrown value; Node's aggregate connection errors have an empty message of their own. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  if (error instanceof Error) return error.message === "" ? error.name : error.message;
  return String(error);
}
