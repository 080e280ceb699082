/** What the event log costs: writing and reading request records beside the same as lines of JSON, other events, and a log of a million requests. */

import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { nowUs, wait } from "../../base/time.ts";
import { syntheticRun } from "../../judge/corpus/synthetic.fixture.ts";
import type { RequestRecord } from "../../log/record.ts";
import { requestOutcomes, type JsonEvent } from "../../log/event.ts";
import { readSegment } from "../../log/segment.ts";
import { openEventWriter, openRequestWriter } from "../../log/writer.ts";
import { scriptedHeader, scriptedStartUs } from "../../sli/scripted/header.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import { startModule } from "./child.ts";
import { figuresOf, interleave, median, ratioOf, type Samples } from "./rounds.ts";
import { figure, type BenchTable } from "./table.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const recordsPerRound = 100_000;
const bigLogRecords = 1_000_000;
/** The writer flushes by a timer, so the loop is let go that often, as a load process would. */
const recordsPerTurn = 5000;
const rounds = 5;
const limitMs = 10_000;

const names = { requests: "request records", lines: "requests as lines of JSON", events: "events (gauge samples)" } as const;
const table = { routes: ["read", "write"], workloads: ["bench"] };
const onError = (error: Error): void => {
  throw error;
};

interface LogFigures {
  writtenPerSecond: number;
  readPerSecond: number;
  bytesPerRecord: number;
}

export async function benchLog(signal: AbortSignal): Promise<BenchTable[]> {
  const contenders = new Map<string, () => Promise<LogFigures>>([
    [names.requests, measureRequests],
    [names.lines, measureLines],
    [names.events, measureEvents],
  ]);
  const throughput = throughputTable(await interleave(contenders, { rounds, limitMs, signal }));
  return [throughput, await bigLogTable(signal)];
}

async function measureRequests(): Promise<LogFigures> {
  using folder = temporaryFolder();
  const startUs = nowUs();
  await writeRequests(folder.path, recordsPerRound);
  return readBack(join(folder.path, "load.requests"), startUs, (path) => [...readSegment(path)].length);
}

async function measureEvents(): Promise<LogFigures> {
  using folder = temporaryFolder();
  const startUs = nowUs();
  {
    using writer = openEventWriter(folder.path, "probe", { onError });
    await inTurns(recordsPerRound, (number) => writer.write(gauge(number)));
  }
  return readBack(join(folder.path, "probe.events"), startUs, (path) => [...readSegment(path)].length);
}

/** What a log of plain text would be: a line a request, written in blocks and on disk in the end, like the records. */
async function measureLines(): Promise<LogFigures> {
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
  if (count !== recordsPerRound) throw new Error(`${path} gave back ${count} of ${recordsPerRound} records`);
  return {
    writtenPerSecond: (count * 1_000_000) / (writtenUs - startUs),
    readPerSecond: (count * 1_000_000) / readUs,
    bytesPerRecord: statSync(path).size / count,
  };
}

async function writeRequests(folder: string, count: number): Promise<void> {
  using writer = openRequestWriter(folder, "load", table, { onError });
  await inTurns(count, (number) => writer.write(request(number)));
}

async function inTurns(count: number, act: (number: number) => void): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    act(number);
    if (number % recordsPerTurn === recordsPerTurn - 1) await wait(0);
  }
}

function request(number: number): RequestRecord {
  const intendedUs = 1_000_000_000 + number * 500;
  return {
    workload: 0,
    route: number % 2,
    intendedUs,
    startUs: intendedUs + 80 + (number % 97),
    firstByteUs: intendedUs + 900 + (number % 131),
    endUs: intendedUs + 1100 + (number % 151),
    status: 200,
    outcome: 0,
    bytes: 420 + (number % 50),
  };
}

function gauge(number: number): JsonEvent {
  return { type: "gauge", at: 1_000_000_000 + number * 500, gauge: "queue-depth", value: number % 40, why: null };
}

function throughputTable(samples: Samples<LogFigures>): BenchTable {
  return {
    title: "log: writing and reading",
    conditions: [
      `${recordsPerRound.toLocaleString("en-US")} records a round, written with checksum to the temporary folder up to fsync, read to objects; one process`,
      `${samples.get(names.requests)?.length ?? 0} rounds in turn, after one to warm up; medians, ratios to lines of JSON taken inside a round`,
    ],
    head: ["what", "written/s", "ratio", "read/s", "ratio", "bytes a record"],
    rows: [...samples.keys()].map((contender) => {
      const of = (pick: (sample: LogFigures) => number): string => figure(median(figuresOf(samples, contender, pick)));
      // Other events hold something else: their figures are no ratio to requests.
      const ratio = (pick: (sample: LogFigures) => number): string =>
        contender === names.events ? "–" : figure(ratioOf(samples, { contender, base: names.lines }, pick).median);
      const [written, read] = [(sample: LogFigures): number => sample.writtenPerSecond, (sample: LogFigures): number => sample.readPerSecond];
      return [contender, of(written), ratio(written), of(read), ratio(read), of((sample) => sample.bytesPerRecord)];
    }),
  };
}

const readingSchema = z.object({ requests: z.int(), seconds: z.number(), grownMiB: z.number(), peakMiB: z.number() });

/** The log is read in a process of its own, so that its memory is the reader's alone. */
async function bigLogTable(signal: AbortSignal): Promise<BenchTable> {
  using folder = temporaryFolder();
  writeHeader(folder.path);
  await writeRequests(folder.path, bigLogRecords);
  const read = async (): Promise<z.infer<typeof readingSchema>> => {
    await using child = startModule("harness/proof/bench/log-reading", [folder.path]);
    return readingSchema.parse(JSON.parse(await child.output(10_000)));
  };
  const samples = await interleave(new Map([["read", read]]), { rounds: 3, limitMs: 8000, signal });
  const of = (pick: (sample: z.infer<typeof readingSchema>) => number): number => median(figuresOf(samples, "read", pick));
  return {
    title: "log: a million requests",
    conditions: ["merged by time with the harness's segment, as `judge` reads it, every event looked at once; a fresh process each time, medians of 3 after one to warm up"],
    head: ["requests", "MiB on disk", "seconds", "requests/s", "memory grown by, MiB", "at most, MiB"],
    rows: [
      [
        of(({ requests }) => requests).toLocaleString("en-US"),
        figure(statSync(join(folder.path, "load.requests")).size / 2 ** 20),
        figure(of(({ seconds }) => seconds)),
        figure(of(({ requests, seconds }) => requests / seconds)),
        figure(of(({ grownMiB }) => grownMiB)),
        figure(of(({ peakMiB }) => peakMiB)),
      ],
    ],
  };
}

function writeHeader(folder: string): void {
  const run = syntheticRun();
  writeLog(folder, [scriptedHeader(run, null), { type: "end", at: scriptedStartUs + bigLogRecords * 500 }]);
}
