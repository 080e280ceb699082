/** One round of writing and reading back, by the log's own writers and, to compare with, as lines of JSON. */

import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs } from "../../../base/time.ts";
import { requestOutcomes } from "../../../log/event.ts";
import { readSegment } from "../../../log/segment.ts";
import { openEventWriter } from "../../../log/writer.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { gauge, inTurns, raise, request, table, writeRequests } from "./records.ts";

export const recordsPerRound = 100_000;

export interface LogFigures {
  writtenPerSecond: number;
  readPerSecond: number;
  bytesPerRecord: number;
}

export async function measureRequests(): Promise<LogFigures> {
  using folder = temporaryFolder();
  const startUs = nowUs();
  await writeRequests(folder.path, recordsPerRound);
  return readBack(join(folder.path, "load.requests"), startUs, (path) => [...readSegment(path)].length);
}

export async function measureEvents(): Promise<LogFigures> {
  using folder = temporaryFolder();
  const startUs = nowUs();
  {
    using writer = openEventWriter(folder.path, "probe", { onError: raise });
    await inTurns(recordsPerRound, (number) => writer.write(gauge(number)));
  }
  return readBack(join(folder.path, "probe.events"), startUs, (path) => [...readSegment(path)].length);
}

/** What a log of plain text would be: a line a request, written in blocks and on disk in the end, like the records. */
export async function measureLines(): Promise<LogFigures> {
  using folder = temporaryFolder();
  const path = join(folder.path, "requests.jsonl");
  const startUs = nowUs();
  const descriptor = openSync(path, "ax");
  const lines: string[] = [];
  const flush = (): void => void writeSync(descriptor, `${lines.splice(0).join("\n")}\n`);
  await inTurns(recordsPerRound, (number) => {
    const record = request(number);
    lines.push(JSON.stringify({ type: "request", at: record.endUs, ...record, workload: "bench", route: table.routes[record.route], outcome: requestOutcomes[record.outcome] }));
    if (lines.length === 1000) flush();
  });
  fsyncSync(descriptor);
  closeSync(descriptor);
  return readBack(path, startUs, readLines);
}

function readLines(path: string): number {
  const events = readFileSync(path, "utf8").trimEnd().split("\n").map((line): unknown => JSON.parse(line));
  return events.length;
}

/** Ends the time of writing, times reading, and makes sure that nothing was lost on the way. */
function readBack(path: string, startUs: number, read: (path: string) => number): LogFigures {
  const writtenUs = nowUs();
  const count = read(path);
  const readUs = nowUs() - writtenUs;
  if (count !== recordsPerRound) throw new RoadworthyError("internal", `${path} gave back ${count} of ${recordsPerRound} records`);
  return {
    writtenPerSecond: (count * 1_000_000) / (writtenUs - startUs),
    readPerSecond: (count * 1_000_000) / readUs,
    bytesPerRecord: statSync(path).size / count,
  };
}
