/** A case of `truth.ts` as rows of the table: the distribution beside the server's, every request's times in order, and wrk2's rule for a stall. */

import type { Finding } from "../results/finding.ts";
import type { Script } from "./script.ts";
import { impossible, quantileOf, reportedMs, runTruthCase, trueMs, type Seen, type Truth, type TruthCase } from "./truth.ts";

/** None of them lies where one kind of answer ends and the other begins. */
const quantiles = [0.5, 0.75, 0.95, 0.99, 0.999, 1];
/** Whichever is more, and the start lag at the same quantile: a machine that keeps the engine from sending in time keeps it from reading in time as well. */
const tolerance = { ms: 1, share: 0.01 };
const tenths = 10;

export async function checkTruth(options: TruthCase): Promise<Finding[]> {
  const truth = await runTruthCase(options);
  const what = `${nameOf(options.script)} at ${options.ratePerSecond.toLocaleString("en-US")}/s for ${options.totalMs / 1000} s`;
  return [counted(what, truth), compared(what, truth), lateness(what, truth), inOrder(what, truth), ...spread(what, truth, options)];
}

function nameOf(script: Script): string {
  switch (script.kind) {
    case "fixed":
      return `every answer after ${script.delayMs} ms`;
    case "bimodal":
      return `${script.shortMs} ms, every ${script.longEvery}th ${script.longMs} ms`;
    case "stall":
      return `a stall of ${script.forMs / 1000} s`;
    case "slow":
      return `a server that answers ${script.ratePerSecond.toLocaleString("en-US")}/s`;
  }
}

function counted(what: string, { run, log, seen }: Truth): Finding {
  const { offered, started, dropped } = run.counts;
  const failed = [...run.errors].map(([message, count]) => `${count} × ${message}`).join("; ");
  return {
    what,
    must: "started + dropped = offered; the server answered what was started",
    seen: `${offered} offered, ${started} started, ${dropped} dropped, ${log.served.length} answered${failed === "" ? "" : ` (${failed})`}`,
    held: started + dropped === offered && log.served.length === started && seen.length === started && failed === "",
  };
}

function compared(what: string, { seen }: Truth): Finding {
  const [reported, scripted, lags] = [reportedMs(seen), trueMs(seen), startLagsMs(seen)];
  const pairs = quantiles.map((quantile) => ({ quantile, says: quantileOf(reported, quantile), is: quantileOf(scripted, quantile), lag: quantileOf(lags, quantile) }));
  return {
    what,
    must: `response times within ${tolerance.ms} ms or ${tolerance.share * 100} % of the server's log, plus the start lag`,
    seen: pairs.map(({ quantile, says, is, lag }) => `${nameOfQuantile(quantile)} ${says.toFixed(2)} (${is.toFixed(2)}, lag ${lag.toFixed(2)})`).join(", "),
    held: pairs.every(({ says, is, lag }) => Math.abs(says - is) <= Math.max(tolerance.ms, is * tolerance.share) + lag),
  };
}

function startLagsMs(seen: readonly Seen[]): number[] {
  return seen.map(({ request }) => (request.startUs - request.intendedUs) / 1000).toSorted((a, b) => a - b);
}

/** How late it saw answers: with the start lag, the generator's own part in what is compared above. Grows when the machine is busy with something else. */
function lateness(what: string, { seen }: Truth): Finding {
  const read = seen.map(({ request, served }) => (request.endUs - served.answeredUs) / 1000).toSorted((a, b) => a - b);
  return { what, must: "ms from answered to read", seen: quantilesOf(read), held: null };
}

function quantilesOf(sorted: readonly number[]): string {
  return quantiles.map((quantile) => `${nameOfQuantile(quantile)} ${quantileOf(sorted, quantile).toFixed(2)}`).join(", ");
}

function nameOfQuantile(quantile: number): string {
  return quantile === 1 ? "max" : `p${quantile * 100}`;
}

function inOrder(what: string, { seen }: Truth): Finding {
  const found = impossible(seen);
  return { what, must: "each request sent before it arrived, ended after it was answered and before the next on its connection", seen: found[0] ?? `${seen.length} in order`, held: found.length === 0 };
}

/**
 * wrk2's rule: the requests that were due in a stall are spread evenly over its length, by their response time. Those due in its first
 * tenth wait for nine tenths of it at least, and so on; that they do not wait for longer than the server made them is compared above.
 */
function spread(what: string, { seen, log }: Truth, { ratePerSecond, script }: TruthCase): Finding[] {
  const { stall } = log;
  if (stall === null || script.kind !== "stall") return [];
  const inStallMs = seen.filter(({ request }) => request.intendedUs >= stall.fromUs && request.intendedUs < stall.toUs).map(({ request }) => (request.endUs - request.intendedUs) / 1000);
  const due = (ratePerSecond * script.forMs) / 1000;
  const longer = Array.from({ length: tenths }, (_unused, tenth) => inStallMs.filter((ms) => ms >= script.forMs * (1 - (tenth + 1) / tenths)).length);
  return [
    {
      what,
      must: `${due.toLocaleString("en-US")} samples in the stall: ${(due / tenths).toLocaleString("en-US")} more for each tenth that is taken off ${script.forMs / 1000} s`,
      seen: longer.join(" "),
      held: Math.abs(inStallMs.length - due) <= 1 && longer.every((count, tenth) => count >= Math.floor((due * (tenth + 1)) / tenths) - 1),
    },
  ];
}
