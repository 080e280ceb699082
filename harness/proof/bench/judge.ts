/** What judging costs beyond reading the log: a scripted suite as the gate writes it, and one scenario with thirty thousand requests. */

import { join } from "node:path";
import { nowUs } from "../../base/time.ts";
import { syntheticRun, syntheticScenarios, writeSyntheticRun } from "../../judge/corpus/synthetic.fixture.ts";
import { judgeScenario, judgeSuite } from "../../judge/index.ts";
import { openLog } from "../../log/reader.ts";
import { scriptedHeader, scriptedScenario } from "../../sli/scripted/header.fixture.ts";
import { simulate } from "../../sli/scripted/simulate.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import { interleave, figuresOf, median, ratioOf, roundsIn, type Samples } from "./rounds.ts";
import { figure, type BenchTable } from "./table.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const rounds = 5;
const limitMs = 8000;
const bigRate = 500;
const bigBaseline = "58s";
const mebibyte = 2 ** 20;

/** Folders of the scenarios whose logs are read, and how they are judged. */
interface Case {
  name: string;
  folders: readonly string[];
  judge: () => unknown;
}

export async function benchJudge(signal: AbortSignal): Promise<BenchTable[]> {
  using folder = temporaryFolder();
  const suite = join(folder.path, "suite");
  writeSyntheticRun(suite);
  const big = join(folder.path, "big");
  writeBigScenario(big);
  const cases: Case[] = [
    { name: "suite of two scenarios", folders: syntheticScenarios().map(({ name }) => join(suite, name)), judge: () => judgeSuite(suite) },
    { name: "one big scenario", folders: [big], judge: () => judgeScenario(big) },
  ];
  const rows: string[][] = [];
  // One after the other: they would measure one another.
  for (const each of cases) rows.push(await measure(each, signal));
  return [
    {
      title: "judge: from a log to a verdict",
      conditions: [
        "scripted logs in the temporary folder, all indicators and rulings of the scripted target, one process",
        "reading alone and judging in turn, after one round to warm up; medians, the ratio taken inside a round",
      ],
      head: ["what", "measured", "events", "read, s", "judged, s", "judged/read", "events judged/s", "memory, MiB"],
      rows,
    },
  ];
}

interface Figures {
  seconds: number;
  events: number;
}

async function measure({ name, folders, judge }: Case, signal: AbortSignal): Promise<string[]> {
  const contenders = new Map([
    ["read", () => timed(() => countEvents(folders))],
    ["judged", () => timed(judge)],
  ]);
  const samples: Samples<Figures> = await interleave(contenders, { rounds, limitMs, signal });
  const seconds = (contender: string): number => median(figuresOf(samples, contender, (sample) => sample.seconds));
  const events = median(figuresOf(samples, "read", (sample) => sample.events));
  const ratio = ratioOf(samples, { contender: "judged", base: "read" }, (sample) => sample.seconds);
  const memoryMiB = process.memoryUsage.rss() / mebibyte;
  return [name, roundsIn(samples), events.toLocaleString("en-US"), figure(seconds("read")), figure(seconds("judged")), figure(ratio.median), figure(events / seconds("judged")), figure(memoryMiB)];
}

function timed(act: () => unknown): Figures {
  const startUs = nowUs();
  const result = act();
  return { seconds: (nowUs() - startUs) / 1_000_000, events: typeof result === "number" ? result : 0 };
}

function countEvents(folders: readonly string[]): number {
  let count = 0;
  for (const folder of folders) for (const _event of openLog(join(folder, "log")).events()) count += 1;
  return count;
}

/** The quiet scenario of the scripted suite at a rate that makes thirty thousand requests, each a tracked write. */
function writeBigScenario(folder: string): void {
  const [steady] = syntheticScenarios();
  const workloads = steady.workloads.map((workload) => ({ ...workload, profile: { shape: "constant" as const, rate: bigRate } }));
  const scenario = scriptedScenario({ ...steady, workloads, phases: { warmUp: "2s", baseline: bigBaseline } });
  writeLog(join(folder, "log"), simulate(scriptedHeader(syntheticRun(), scenario), scenario, {}));
}
