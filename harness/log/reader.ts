/** Reads a run's log: all segments of a folder, merged by (time, segment, sequence). */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError } from "../base/error.ts";
import type { LogEvent, RunHeader } from "./event.ts";
import { logSchemaVersion } from "./event.ts";
import { readSegment, SegmentTail, type SegmentEnd } from "./segment.ts";

export interface Log {
  header: RunHeader;
  /** A fresh pass over all events in order of time. */
  events(): Generator<LogEvent, LogEnd>;
}

/** Known once the events have been read to their end. */
export interface LogEnd {
  /** Whether the harness wrote its last record and no segment is cut. A log that is not complete never passes. */
  complete: boolean;
  /** What is missing, in words. */
  problems: readonly string[];
}

/** Opens the log in `folder`. Throws `run-unreadable` when there is no log or no header in it. */
export function openLog(folder: string): Log {
  const paths = segmentPaths(folder);
  if (paths.length === 0) {
    throw new RoadworthyError("run-unreadable", `no event log in ${folder}`, { hint: "name a run's folder or its id; `roadworthy history` lists them", where: folder });
  }
  return { header: readHeader(folder), events: () => merge(paths) };
}

/** Whether the log in `folder` got as far as its header: what crashed before has nothing to judge. */
export function hasHeader(folder: string): boolean {
  return firstEvent(folder)?.type === "run";
}

export function segmentPaths(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".events") || name.endsWith(".requests"))
    .toSorted()
    .map((name) => join(folder, name));
}

/** Follows all segments of a log that is being written; order holds inside a segment only. */
export class LogTail implements Disposable {
  readonly #folder: string;
  readonly #tails = new Map<string, SegmentTail>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(): LogEvent[] {
    for (const path of segmentPaths(this.#folder)) {
      if (!this.#tails.has(path)) this.#tails.set(path, new SegmentTail(path));
    }
    const events: LogEvent[] = [];
    for (const tail of this.#tails.values()) {
      for (let more = tail.read(); more.length > 0; more = tail.read()) events.push(...more);
    }
    return events;
  }

  [Symbol.dispose](): void {
    for (const tail of this.#tails.values()) tail[Symbol.dispose]();
  }
}

function readHeader(folder: string): RunHeader {
  const path = join(folder, "harness.events");
  const first = firstEvent(folder);
  if (first?.type !== "run") {
    throw new RoadworthyError("run-unreadable", `the log in ${folder} has no header`, { hint: "the run ended before it began; run it again", where: path });
  }
  if (first.schema !== logSchemaVersion) {
    throw new RoadworthyError("run-unreadable", `the log in ${folder} has schema ${first.schema}, this version reads ${logSchemaVersion}`, {
      hint: "judge it with the version of Roadworthy that recorded it",
      where: path,
    });
  }
  return first;
}

function firstEvent(folder: string): LogEvent | null {
  const path = join(folder, "harness.events");
  if (!existsSync(path)) return null;
  // Leaving the loop closes the file; a generator that is merely dropped keeps it open.
  for (const event of readSegment(path)) return event;
  return null;
}

interface Head {
  source: Generator<LogEvent, SegmentEnd>;
  event: LogEvent;
}

function* merge(paths: readonly string[]): Generator<LogEvent, LogEnd> {
  const problems: string[] = [];
  const heads: Head[] = [];
  let ended = false;
  const advance = (source: Head["source"], path: string): LogEvent | null => {
    const next = source.next();
    if (next.done !== true) return next.value;
    if (next.value === "cut") problems.push(`${path.slice(path.lastIndexOf("/") + 1)} is cut off or damaged`);
    return null;
  };
  const sources = paths.map((path) => ({ path, source: readSegment(path) }));
  for (const { path, source } of sources) {
    const event = advance(source, path);
    if (event !== null) heads.push({ source, event });
  }
  // A handful of segments: a linear search for the earliest beats a heap, and keeps ties in the order of the segments' names.
  while (heads.length > 0) {
    const head = earliest(heads);
    yield head.event;
    if (head.event.type === "end") ended = true;
    const path = sources.find((entry) => entry.source === head.source)?.path ?? "";
    const event = advance(head.source, path);
    if (event === null) heads.splice(heads.indexOf(head), 1);
    else head.event = event;
  }
  if (!ended) problems.push("the harness did not write its last record");
  return { complete: problems.length === 0, problems };
}

function earliest(heads: readonly Head[]): Head {
  return heads.reduce((first, head) => (head.event.at < first.event.at ? head : first));
}
