/**
 * Reads a YAML or JSON file that somebody else may have written: at most 1 MiB, nested at most 50 deep, without aliases, parsed within
 * 2 s of the processor and 256 MiB in a thread of its own, which can be ended (R34).
 */

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { entryPath } from "../../base/entry.ts";
import { messageOf, RoadworthyError } from "../../base/error.ts";
import { after } from "../../base/time.ts";
import type { Parsed } from "./parse-data.ts";

export const maxFileBytes = 1024 * 1024;
const parseLimitMs = 2_000;
const threadLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };

/** The data in the file, unchecked. Throws `usage`. */
export async function readDataFile(path: string): Promise<unknown> {
  const parsed = await parseInTurn(readText(path));
  if ("data" in parsed) return parsed.data;
  throw new RoadworthyError("usage", `cannot read ${path}: ${parsed.problem}`, { hint: parsed.hint, where: path });
}

/** The text of a regular file within the limit. Throws `usage`. */
export function readText(path: string): string {
  // Without blocking: a named pipe would otherwise be waited for.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) throw new RoadworthyError("usage", `${path} is not a file`, { hint: "name a file", where: path });
    const bytes = Buffer.alloc(maxFileBytes + 1);
    let size = 0;
    for (let count = -1; count !== 0 && size < bytes.length; size += count) count = readSync(descriptor, bytes, size, bytes.length - size, null);
    if (size > maxFileBytes) throw new RoadworthyError("usage", `${path} is larger than 1 MiB`, { hint: "a definition is a page, not a data set", where: path });
    return bytes.toString("utf8", 0, size);
  } finally {
    closeSync(descriptor);
  }
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other: what is limited is the processor's time of the whole process. */
async function parseInTurn(text: string): Promise<Parsed> {
  const turn = last.then(() => parseInThread(text));
  last = turn.catch(() => undefined);
  return await turn;
}

async function parseInThread(text: string): Promise<Parsed> {
  const { promise, resolve } = Promise.withResolvers<Parsed>();
  const thread = new Worker(entryPath("harness/cli/input/parse-data"), { workerData: text, resourceLimits: threadLimits });
  const hint = "a definition is a page: write it plainer";
  const tooLong = (): void => resolve({ problem: `it takes longer than ${parseLimitMs / 1000} s to parse`, hint });
  using timers = new DisposableStack();
  // From when it runs: starting a thread is not parsing.
  thread.once("online", () => onceUsed(parseLimitMs, timers, tooLong));
  thread.once("message", resolve);
  thread.once("error", (error) => resolve({ problem: messageOf(error), hint }));
  thread.once("exit", () => resolve({ problem: "the parser ended", hint }));
  try {
    return await promise;
  } finally {
    await thread.terminate();
  }
}

/** Calls `action` once this process, which does nothing else meanwhile, has had the processor for so long: a machine that stands still makes no file a bomb. */
function onceUsed(limitMs: number, timers: DisposableStack, action: () => void): void {
  const before = process.cpuUsage();
  const look = (): void => {
    const { user, system } = process.cpuUsage(before);
    const restMs = limitMs - (user + system) / 1000;
    if (restMs <= 0) action();
    else if (!timers.disposed) timers.use(after(Math.max(restMs, 1), look));
  };
  look();
}
