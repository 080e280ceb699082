/**
 * Runs a command of the user's own as a short tool with a deadline, whatever it does: one that hangs is killed with all that it has started and left in its
 * session, one that prints without end is read without being kept, and one that leaves something running behind has ended when it has ended itself.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { messageOf } from "../../base/error.ts";
import { after } from "../../base/time.ts";
import { runVariable } from "./system/processes.ts";

export interface CommandEnd {
  /** Null when it ended with 0. */
  readonly problem: string | null;
  /** The last line of its standard output. */
  readonly lastLine: string;
}

const keptCharacters = 4_096;
/** What it wrote before its end may still be on its way. */
const restWithinMs = 200;

/** `run`: whose clean-up ends it when whoever started it is killed; null for what heals, which is not to be ended. */
export async function runCommand([program = "", ...args]: readonly string[], workingFolder: string, limitMs: number, run: string | null = null): Promise<CommandEnd> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isLate = false;
  // A session of its own, so that what it starts is ended with it.
  const env = run === null ? process.env : { ...process.env, [runVariable]: run };
  const child = spawn(program, args, { cwd: workingFolder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const said = { out: tailOf(child.stdout), err: tailOf(child.stderr) };
  const closing = Promise.withResolvers<void>();
  child.once("close", () => closing.resolve());
  child.once("error", (error) => resolve(messageOf(error)));
  child.once("exit", (code, signal) => resolve(signal ?? String(code)));
  using _timer = after(limitMs, () => {
    isLate = true;
    killSession(child);
  });
  const ended = await promise;
  // Somebody that it left behind may have its streams for ever.
  using _rest = after(restWithinMs, () => closing.resolve());
  await closing.promise;
  child.stdout.destroy();
  child.stderr.destroy();
  const lastLine = said.out().trim().split("\n").at(-1) ?? "";
  if (ended === "0") return { problem: null, lastLine };
  const complaint = said.err().trim() || `ended with ${ended}`;
  return { problem: isLate ? `${program} did not end within ${Math.ceil(limitMs)} ms` : `${program}: ${complaint}`, lastLine };
}

/** Reads all, keeps the end. */
function tailOf(stream: NodeJS.ReadableStream): () => string {
  let tail = "";
  stream.setEncoding("utf8").on("data", (text) => {
    tail = `${tail}${String(text)}`.slice(-keptCharacters);
  });
  return () => tail;
}

function killSession({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
