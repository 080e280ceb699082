/**
 * The inside of a process that the supervisor spawns: it says lines on standard output, is told lines of JSON on standard input, and
 * ends in order when its input closes or a signal asks for it. Its exit code is the code of the error that ended it.
 */

import { createInterface } from "node:readline";
import { asRoadworthyError, RoadworthyError } from "./error.ts";

export interface Parent {
  /** Prints one line. */
  say: (line: string) => void;
  /** The next line, parsed; undefined once the input has closed or the end was asked for. Throws `usage` for what is not JSON. */
  next: () => Promise<unknown>;
  /** Aborted when the input closes, on SIGTERM and SIGINT, and by `fail`: what runs then ends in order. */
  readonly ended: AbortSignal;
  /** Something failed in a callback that nobody awaits: ends the process with this error. */
  fail: (error: unknown) => void;
}

/** Runs `main` to its end and sets the exit code; an error becomes one line on standard error. */
export async function runSpawned(main: (parent: Parent) => Promise<void>): Promise<void> {
  const end = new AbortController();
  const errors: unknown[] = [];
  const fail = (error: unknown): void => {
    errors.push(error);
    end.abort();
  };
  const stop = (): void => end.abort();
  const signals = ["SIGTERM", "SIGINT"] as const;
  for (const signal of signals) process.on(signal, stop);
  process.on("uncaughtException", fail);
  // A reader that has gone away is noticed by the closed input; a line that nobody reads is no error.
  process.stdout.on("error", stop);
  try {
    await main({ say: (line) => void process.stdout.write(`${line}\n`), next: lineReader(end), ended: end.signal, fail });
  } catch (error) {
    errors.push(error);
  } finally {
    process.stdin.destroy();
    for (const signal of signals) process.off(signal, stop);
    process.off("uncaughtException", fail);
  }
  const [first] = errors;
  if (errors.length > 0) report(asRoadworthyError(first));
}

function report(error: RoadworthyError): void {
  process.stderr.write(`${error.code}: ${error.message}`.replaceAll(/\s+/g, " ") + "\n");
  process.exitCode = error.exitCode;
}

function lineReader(end: AbortController): () => Promise<unknown> {
  const lines: string[] = [];
  let wake: (() => void) | null = null;
  const reader = createInterface({ input: process.stdin });
  reader.on("line", (line) => {
    lines.push(line);
    wake?.();
  });
  reader.once("close", () => end.abort());
  process.stdin.on("error", () => end.abort());
  end.signal.addEventListener("abort", () => wake?.(), { once: true });
  return async () => {
    if (lines.length === 0 && !end.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const line = end.signal.aborted ? undefined : lines.shift();
    return line === undefined ? undefined : parse(line);
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new RoadworthyError("usage", "a line on standard input is not JSON", { hint: "send one JSON object a line", cause: error });
  }
}
