/**
 * k6 as a child process: in the session of the process that starts it, so that the supervisor ends both, and killed by the kernel when that
 * one dies. It is told to end (SIGINT) when the load is over, writes its summary then, and is killed when that takes too long.
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { after } from "../../../base/time.ts";
import { diesWithParent } from "../../supervisor/system/spawn.ts";
import type { K6Command } from "./command.ts";

/** Its teardown and its summary; shorter than the supervisor waits for us. */
const endWithinMs = 4000;
/** Under a fault every request that fails has its line. */
const mostLines = 200;

export interface K6Run {
  command: K6Command;
  folder: string;
  over: AbortSignal;
  onStarted: (pid: number) => void;
  onOutput: (text: string) => void;
  onLine: (line: string) => void;
}

export interface K6End {
  /** null when a signal ended it. */
  exitCode: number | null;
  wasStopped: boolean;
  /** What its last line about an error says; empty when there was none. */
  said: string;
}

/** Errors: `tool-missing` when it cannot be started. */
export async function runK6({ command, folder, over, onStarted, onOutput, onLine }: K6Run): Promise<K6End> {
  const [file = "", ...args] = [...diesWithParent(), ...command.args];
  const child = spawn(file, args, { cwd: folder, env: command.env, stdio: ["ignore", "pipe", "pipe"] });
  const { promise: closed, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", (error) => reject(new RoadworthyError("tool-missing", `k6 cannot be started: ${messageOf(error)}`, { hint: "see `roadworthy doctor`", where: command.args[0] ?? "k6" })));
  child.once("close", resolve);
  if (child.pid !== undefined) onStarted(child.pid);
  child.stdout.setEncoding("utf8").on("data", onOutput);
  const said = listen(createInterface({ input: child.stderr }), onLine);
  using stop = stopper((signal) => child.kill(signal));
  over.addEventListener("abort", stop.begin, { once: true });
  if (over.aborted) stop.begin();
  try {
    const exitCode = await closed;
    return { exitCode, wasStopped: stop.begun(), said: said() };
  } finally {
    over.removeEventListener("abort", stop.begin);
  }
}

function listen(lines: ReturnType<typeof createInterface>, onLine: (line: string) => void): () => string {
  let count = 0;
  let last = "";
  lines.on("line", (line) => {
    if (line.includes("level=error")) last = messageIn(line);
    count += 1;
    if (count <= mostLines) onLine(line);
  });
  return () => last;
}

/** `time="…" level=error msg="what it says" …` → what it says, on one line. */
function messageIn(line: string): string {
  const text = /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line;
  return text.replaceAll(/\\[nt]/g, " ").replaceAll(/\\(.)/g, "$1").replaceAll(/\s+/g, " ").trim().slice(0, 500);
}

interface Stopper extends Disposable {
  begin: () => void;
  begun: () => boolean;
}

function stopper(send: (signal: "SIGINT" | "SIGKILL") => void): Stopper {
  let timer: Disposable | null = null;
  return {
    begin: () => {
      if (timer !== null) return;
      send("SIGINT");
      timer = after(endWithinMs, () => send("SIGKILL"));
    },
    begun: () => timer !== null,
    [Symbol.dispose]: () => timer?.[Symbol.dispose](),
  };
}
