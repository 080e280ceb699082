/** All runs on real sockets as rows of the table: several at a time where the rate is low, one by one where it is high. */

import type { OutageResult } from "../outages/outage-check.ts";
import { outageRows } from "../outages/outage-rows.ts";
import type { OutageScript } from "../outages/outage-script.ts";
import type { TruthRow } from "../finding.ts";
import { socketLossRow } from "../losses/loss-rows.ts";
import { runLosses } from "./socket-losses.ts";
import { comparePlay, distrustOf, latestAnswerMs, playOutages, socketScripts } from "./socket-outages.ts";

const highRate = 2000;
const middleRate = 200;
/** Lanes of runs at the lowest rate beside the one at the highest: they are hardly felt. */
const besideHigh = 2;
const besideMiddle = 5;
/** So many of them, on real sockets, are asked for. */
const leastRuns = 40;
const lossRuns = 5;

interface SocketRun {
  readonly script: OutageScript;
  readonly notJudged: string | null;
  /** Empty when the run is not judged. */
  readonly results: readonly OutageResult[];
}

export async function socketRows(seed: number): Promise<TruthRow[]> {
  const scripts = socketScripts(seed);
  const at = (wanted: (ratePerSecond: number) => boolean): OutageScript[] => scripts.filter(({ cell }) => wanted(cell.ratePerSecond));
  const ends = await Promise.all([inLanes(at((rate) => rate < middleRate), besideHigh), inLanes(at((rate) => rate >= highRate), 1)]);
  const runs = [...ends.flat(), ...(await inLanes(at((rate) => rate >= middleRate && rate < highRate), besideMiddle))];
  return [...outageRows(runs.flatMap(({ results }) => results), "real sockets"), judgedRow(runs), await lossRow(seed)];
}

/** Every run counts once: there is none that is made again. */
function judgedRow(runs: readonly SocketRun[]): TruthRow {
  const not = runs.filter(({ notJudged }) => notJudged !== null);
  const judged = runs.length - not.length;
  return {
    scripted: `at least ${leastRuns} runs of outages on real sockets, of all lengths and manners`,
    count: runs.length,
    measured: [`${judged} judged, ${not.length} not`, ...reasonsOf(not)].join("; "),
    worst: "–",
    misses: [...(judged >= leastRuns ? [] : [`only ${judged} runs could be judged`]), ...unjudgedKinds(runs).map((kind) => `no run of ${kind} could be judged`)],
  };
}

/** Why runs were not judged, without the figures of each: "requests were sent late, with no fault in effect (seeds 10, 26)". */
function reasonsOf(runs: readonly SocketRun[]): string[] {
  const reasons = Map.groupBy(runs, ({ notJudged }) => notJudged?.split(":")[0] ?? "");
  return [...reasons].map(([reason, list]) => `${reason} (seeds ${list.map(({ script }) => script.seed).join(", ")})`);
}

/** Lengths and manners of which no run was judged. */
function unjudgedKinds(runs: readonly SocketRun[]): string[] {
  const kinds = Map.groupBy(runs, ({ script: { cell } }) => `${cell.lengthMs} ms by ${cell.by}`);
  return [...kinds].flatMap(([kind, list]) => (list.every(({ notJudged }) => notJudged !== null) ? [kind] : []));
}

async function lossRow(seed: number): Promise<TruthRow> {
  const runs = await Promise.all(Array.from({ length: lossRuns }, async (_, run) => await runLosses(seed + run)));
  return socketLossRow(runs.flat(), seed);
}

async function inLanes(scripts: readonly OutageScript[], lanes: number): Promise<SocketRun[]> {
  const left = [...scripts];
  const runs: SocketRun[] = [];
  const lane = async (): Promise<void> => {
    for (let script = left.shift(); script !== undefined; script = left.shift()) runs.push(await runOnce(script));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return runs;
}

/** Whether it is judged is asked first, of good and of bad results alike. */
async function runOnce(script: OutageScript): Promise<SocketRun> {
  const play = await playOutages(script);
  const notJudged = distrustOf(play);
  if (notJudged !== null) return { script, notJudged, results: [] };
  const lateMs = latestAnswerMs(play);
  // Said beside a miss, and no excuse for it.
  const explain = (miss: string): string => (lateMs === null ? miss : `${miss}; the service's log has an answer that was ${lateMs} ms late`);
  return { script, notJudged, results: comparePlay(play).map((result) => ({ ...result, misses: result.misses.map(explain) })) };
}
