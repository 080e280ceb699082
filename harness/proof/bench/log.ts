/** What the event log costs: writing and reading request records beside the same as lines of JSON, other events, and a log of a million requests. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { syntheticRun } from "../../judge/corpus/synthetic.fixture.ts";
import { scriptedHeader, scriptedStartUs } from "../../sli/scripted/header.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import { startModule } from "./child.ts";
import { measureEvents, measureLines, measureRequests, recordsPerRound, type LogFigures } from "./log/measures.ts";
import { writeRequests } from "./log/records.ts";
import { figuresOf, interleave, median, ratioOf, roundsIn, type Samples } from "./rounds.ts";
import { figure, type BenchTable } from "./table.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const bigLogRecords = 1_000_000;
const rounds = 5;
const limitMs = 10_000;

const names = { requests: "request records", lines: "requests as lines of JSON", events: "events (gauge samples)" } as const;

export async function benchLog(signal: AbortSignal): Promise<BenchTable[]> {
  const contenders = new Map<string, () => Promise<LogFigures>>([
    [names.requests, measureRequests],
    [names.lines, measureLines],
    [names.events, measureEvents],
  ]);
  const throughput = throughputTable(await interleave(contenders, { rounds, limitMs, signal }));
  return [throughput, await bigLogTable(signal)];
}

function throughputTable(samples: Samples<LogFigures>): BenchTable {
  return {
    title: "log: writing and reading",
    conditions: [
      `${recordsPerRound.toLocaleString("en-US")} records a round, written to the temporary folder up to fsync, read to objects; one process; the lines have no checksum`,
      `${roundsIn(samples)} in turn, after one to warm up; medians, ratios to lines of JSON taken inside a round`,
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
    await using child = startModule("harness/proof/bench/log/reading", [folder.path]);
    return readingSchema.parse(JSON.parse(await child.output(10_000)));
  };
  const samples = await interleave(new Map([["read", read]]), { rounds: 3, limitMs: 8000, signal });
  const of = (pick: (sample: z.infer<typeof readingSchema>) => number): number => median(figuresOf(samples, "read", pick));
  return {
    title: "log: a million requests",
    conditions: [`merged by time with the harness's segment, as \`judge\` reads it, every event looked at once; a fresh process each time, medians of ${roundsIn(samples)} after one`],
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
