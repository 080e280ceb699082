/**
 * A file of arrivals → a table of when and which route. The file may be anyone's: it is read within limits, as a plain file and no link,
 * and each line that cannot be used is an error with its number and column (R34).
 */

import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { lineReader, type ArrivalLine, type LineProblem, type ReadLine } from "./arrival-line.ts";
import type { MatchRoute } from "./route-match.ts";
import type { TimeKind } from "./timestamp.ts";

export const maxFileMiB = 64;
export const maxArrivals = 5_000_000;
const maxLineBytes = 16_384;

export interface ArrivalTable {
  /** When each arrival is due, from the start of the file's time; never decreases. */
  readonly atMs: Float64Array;
  /** Its route, as a place in `routes`. */
  readonly route: Uint16Array;
  readonly routes: readonly string[];
  /** Lines left out because no route makes their request. */
  readonly skipped: number;
  /** The file's times are whole seconds of the wall clock: those of one second were spread evenly over it. */
  readonly isSpread: boolean;
  readonly sha256: string;
}

export interface ArrivalFileOptions {
  match: MatchRoute;
  unknown: "refuse" | "skip";
}

/** `path` is that of a plain file. Throws `scenario-invalid` with file, line and column, `usage` for a file that cannot be read. */
export function readArrivalFile(path: string, options: ArrivalFileOptions): ArrivalTable {
  const bytes = readWithin(path);
  const collected = collect(bytes, path, options);
  if (collected.atMs.length === 0) throw invalid(path, null, collected.skipped === 0 ? "it holds no arrivals" : `no route makes any of its ${collected.skipped} requests`);
  const wholeSeconds = collected.kind === "wall clock" && collected.atMs.every((ms) => ms % 1000 === 0);
  const sorted = inOrder(collected.atMs, collected.route);
  if (wholeSeconds) spread(sorted.atMs);
  // Wall-clock times count from the first; offsets already count from something.
  const zeroMs = collected.kind === "wall clock" ? (sorted.atMs[0] ?? 0) : 0;
  return {
    atMs: sorted.atMs.map((ms) => ms - zeroMs),
    route: sorted.route,
    routes: collected.routes,
    skipped: collected.skipped,
    isSpread: wholeSeconds,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

function readWithin(path: string): Buffer {
  let descriptor: number;
  try {
    // Not through a link, and without blocking: a named pipe would otherwise be waited for.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    throw new RoadworthyError("usage", `cannot read the arrivals of ${path}: ${messageOf(error)}`, { hint: "name a plain file that you may read", where: path, cause: error });
  }
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) throw new RoadworthyError("usage", `${path} is not a file`, { hint: "name a plain file", where: path });
    if (facts.size > maxFileMiB * 1024 * 1024) throw invalid(path, null, `it is larger than ${maxFileMiB} MiB`);
    const bytes = Buffer.alloc(facts.size);
    let size = 0;
    for (let count = -1; count !== 0 && size < bytes.length; size += count) count = readSync(descriptor, bytes, size, bytes.length - size, null);
    return bytes.subarray(0, size);
  } finally {
    closeSync(descriptor);
  }
}

interface Collected {
  atMs: Float64Array;
  route: Uint16Array;
  routes: readonly string[];
  skipped: number;
  kind: TimeKind | null;
}

function collect(bytes: Buffer, path: string, { match, unknown }: ArrivalFileOptions): Collected {
  const capacity = Math.min(maxArrivals, linesIn(bytes));
  const atMs = new Float64Array(capacity);
  const route = new Uint16Array(capacity);
  const numbers = new Map<string, number>();
  let [count, skipped] = [0, 0];
  let kind: TimeKind | null = null;
  for (const { number, line } of arrivalsOf(bytes, path)) {
    kind ??= line.time.kind;
    if (line.time.kind !== kind) throw invalid(path, { number, column: line.timeColumn }, `its time is ${article(line.time.kind)}, those before are ${article(kind)}`);
    const name = match(line.request);
    if (name === null && unknown === "refuse") throw invalid(path, { number, column: line.requestColumn }, `no route makes "${line.request.slice(0, 80)}"`);
    if (name === null) {
      skipped += 1;
      continue;
    }
    if (count === maxArrivals) throw invalid(path, { number, column: 1 }, `it holds more than ${maxArrivals} arrivals`);
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    atMs[count] = line.time.ms;
    route[count] = numbers.get(name) ?? 0;
    count += 1;
  }
  return { atMs: atMs.subarray(0, count), route: route.subarray(0, count), routes: [...numbers.keys()], skipped, kind };
}

function* arrivalsOf(bytes: Buffer, path: string): Generator<{ number: number; line: ArrivalLine }> {
  let read: ReadLine | null = null;
  for (const { number, text } of linesOf(bytes, path)) {
    if (read === null) {
      const reader = usable(lineReader(text), path, number);
      read = reader.read;
      if (reader.isHeader) continue;
    }
    yield { number, line: usable(read(text), path, number) };
  }
}

function usable<T extends object>(thing: T | LineProblem, path: string, number: number): T {
  if ("problem" in thing) throw invalid(path, { number, column: thing.column }, thing.problem);
  return thing;
}

function article(kind: TimeKind): string {
  return kind === "offset" ? "an offset" : "of the wall clock";
}

function linesIn(bytes: Buffer): number {
  let lines = 1;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** Lines with something on them, without comments (#). Numbers count from 1. */
function* linesOf(bytes: Buffer, path: string): Generator<{ number: number; text: string }> {
  const hasMark = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let start = hasMark ? 3 : 0;
  for (let number = 1; start < bytes.length; number += 1) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start > maxLineBytes) throw invalid(path, { number, column: maxLineBytes + 1 }, `it is longer than ${maxLineBytes} bytes`);
    const text = bytes.toString("utf8", start, end).trimEnd();
    if (text !== "" && !text.startsWith("#")) yield { number, text };
    start = end + 1;
  }
}

/** Sorted by time; those of one time stay in the order of the file. A log is written when a request ends, so its times may go back a little. */
function inOrder(atMs: Float64Array, route: Uint16Array): { atMs: Float64Array; route: Uint16Array } {
  if (atMs.every((ms, index) => index === 0 || ms >= (atMs[index - 1] ?? 0))) return { atMs, route };
  const order = Uint32Array.from(atMs.keys()).toSorted((a, b) => (atMs[a] ?? 0) - (atMs[b] ?? 0) || a - b);
  return { atMs: Float64Array.from(order, (index) => atMs[index] ?? 0), route: Uint16Array.from(order, (index) => route[index] ?? 0) };
}

/** Within each second, arrival k of m is due at k/m of it: all at once would be a burst that never was. */
function spread(atMs: Float64Array): void {
  for (let start = 0; start < atMs.length; ) {
    const secondMs = atMs[start] ?? 0;
    let end = start;
    while (end < atMs.length && atMs[end] === secondMs) end += 1;
    for (let index = start; index < end; index += 1) atMs[index] = secondMs + (1000 * (index - start)) / (end - start);
    start = end;
  }
}

function invalid(path: string, at: { number: number; column: number } | null, problem: string): RoadworthyError {
  const where = at === null ? path : `${path}:${at.number}:${at.column}`;
  // The problem may quote what strangers wrote: nothing of it may paint a terminal.
  return new RoadworthyError("scenario-invalid", `${where}: ${problem.replaceAll(/[\p{Cc}\p{Cf}]/gu, "\u{FFFD}")}`, { hint: 'each line is time,route, or one of an access log; unknown: "skip" leaves out what no route makes', where });
}
