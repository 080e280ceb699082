/**
 * Cuts every segment of small runs that pass at every byte, damages every byte, and takes each segment away: no such run passes, and none breaks the judge.
 *
 * What the judge sees of a segment is what the reader gives of it: some of its first records, and whether it ended inside one. The reader reads every one of these
 * segments. The judge judges one for each thing that the reader gave: the first such segment, the last, and beyond these one in so many, which must be judged like
 * the first. So every byte is covered, and that the judge sees nothing else is checked as well.
 */

import { copyFileSync, mkdirSync, mkdtempDisposableSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { judgeSuite } from "../../judge/index.ts";
import { segmentPaths } from "../../log/reader.ts";
import { readSegment } from "../../log/segment.ts";
import { passingRuns } from "./passing-runs.ts";

export interface CutsFinding {
  /** How the whole runs are judged: they must pass, or the cuts show nothing. */
  whole: readonly string[];
  /** Segments that the reader read, and runs that the judge judged. */
  read: number;
  judged: number;
  /** Where a cut run passed, the judge broke, or the reader gave what was not written. */
  wrong: readonly string[];
}

/** `every`: one byte of so many is cut at and damaged. `judgeOneIn`: how many of the segments that the reader has read alike are judged once more. */
export function checkCuts({ every, judgeOneIn }: { every: number; judgeOneIn: number }): CutsFinding {
  using root = mkdtempDisposableSync(join(tmpdir(), "roadworthy-cuts-"));
  const finding = { whole: new Array<string>(), read: 0, judged: 0, wrong: new Array<string>() };
  for (const { name, write } of passingRuns) {
    const [original, folder] = [join(root.path, name, "whole"), join(root.path, name, "cut")];
    const logs = write(original);
    finding.whole.push(judgeSuite(original).suite.outcome);
    for (const path of logs.flatMap((log) => segmentPaths(join(original, log)).map((segment) => join(log, basename(segment))))) {
      copyLogs(original, folder, logs);
      checkSegment({ name: `${name}/${path}`, original: join(original, path), path: join(folder, path), folder, every, judgeOneIn }, finding);
    }
  }
  return finding;
}

interface Segment {
  name: string;
  original: string;
  /** Of the copy, which lies in the run's copy `folder`. */
  path: string;
  folder: string;
  every: number;
  judgeOneIn: number;
}

type Counts = { -readonly [Key in keyof CutsFinding]: CutsFinding[Key] extends readonly string[] ? string[] : CutsFinding[Key] };

function checkSegment(segment: Segment, finding: Counts): void {
  const bytes = readFileSync(segment.original);
  const written = recordsOf(segment.original).records;
  const seen = new Map<string, Seen>();
  for (const [how, wound] of [["cut at", cutAt], ["damaged at", damageAt]] as const) {
    for (const position of positions(bytes.length, segment.every)) {
      const wounded = { what: `${segment.name} ${how} byte ${position}`, bytes: wound(bytes, position) };
      writeFileSync(segment.path, wounded.bytes);
      finding.read += 1;
      const { records, end } = recordsOf(segment.path);
      if (!isPrefix(records, written)) finding.wrong.push(`${wounded.what}: the reader gives what was not written`);
      note(seen, `${records.length} records, ${end}`, wounded, { segment, finding });
    }
  }
  for (const { last, outcome } of seen.values()) {
    writeFileSync(segment.path, last.bytes);
    judge(last.what, outcome, { segment, finding });
  }
  rmSync(segment.path);
  judge(`${segment.name} removed`, null, { segment, finding });
}

interface Wounded {
  what: string;
  bytes: Buffer;
}

interface Seen {
  outcome: string;
  count: number;
  last: Wounded;
}

/** The segment is on disk as `wounded` says. `given`: what the reader gave of it. */
function note(seen: Map<string, Seen>, given: string, wounded: Wounded, context: { segment: Segment; finding: Counts }): void {
  const before = seen.get(given);
  if (before === undefined) {
    seen.set(given, { outcome: judge(wounded.what, null, context), count: 1, last: wounded });
    return;
  }
  before.count += 1;
  before.last = wounded;
  if (before.count % context.segment.judgeOneIn === 0) judge(wounded.what, before.outcome, context);
}

/** How the run is judged now. `expected`: how one was that the reader reads alike. */
function judge(what: string, expected: string | null, { segment, finding }: { segment: Segment; finding: Counts }): string {
  finding.judged += 1;
  const outcome = outcomeOf(segment.folder);
  if (outcome.startsWith("pass") || outcome.startsWith("broke")) finding.wrong.push(`${what}: ${outcome.slice(0, longest)}`);
  if (expected !== null && outcome !== expected) finding.wrong.push(`${what} is judged otherwise than another that the reader reads alike`);
  return outcome;
}

const longest = 200;

/** A log without a header cannot be judged at all, which is said, and is no pass. */
function outcomeOf(folder: string): string {
  try {
    const { suite, scenarios } = judgeSuite(folder);
    const verdict = suite.outcome === "pass" || suite.exitCode === 0 ? "pass" : suite.outcome;
    return `${verdict} ${JSON.stringify([suite, scenarios.map((scenario) => scenario.verdict)])}`;
  } catch (error) {
    return error instanceof RoadworthyError && error.code === "run-unreadable" ? "unreadable" : `broke: ${String(error)}`;
  }
}

function recordsOf(path: string): { records: string[]; end: string } {
  const records: string[] = [];
  const source = readSegment(path);
  for (let next = source.next(); ; next = source.next()) {
    if (next.done === true) return { records, end: next.value };
    records.push(JSON.stringify(next.value));
  }
}

function isPrefix(records: readonly string[], of: readonly string[]): boolean {
  return records.every((record, index) => record === of[index]);
}

/** The last sixteen are always among them. */
function positions(total: number, every: number): number[] {
  const last = 16;
  return Array.from({ length: total }, (_, position) => position).filter((position) => position % every === 0 || position >= total - last);
}

function cutAt(bytes: Buffer, position: number): Buffer {
  return bytes.subarray(0, position);
}

function damageAt(bytes: Buffer, position: number): Buffer {
  const damaged = Buffer.from(bytes);
  damaged[position] = (damaged[position] ?? 0) ^ 0x11;
  return damaged;
}

function copyLogs(from: string, to: string, logs: readonly string[]): void {
  for (const log of logs) {
    mkdirSync(join(to, log), { recursive: true });
    for (const path of segmentPaths(join(from, log))) copyFileSync(path, join(to, log, basename(path)));
  }
}
