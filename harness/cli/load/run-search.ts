/** `--profile search`: tries one rate after the other and judges each by the limits, until the highest that keeps them is known near enough. */

import { usToMs } from "../../base/duration.ts";
import { dice } from "../../base/random.ts";
import { nowUs, wait } from "../../base/time.ts";
import type { SearchResult, SearchStep } from "../../../reports/load/result.ts";
import { formatNumber } from "../../judge/verdict/format.ts";
import type { LiveLine } from "./live-line.ts";
import { measure, type Measured } from "./measured.ts";
import { firstRate, type LoadOptions } from "./options.ts";
import type { LoadProcesses } from "./processes.ts";
import { bestOf, intervalOf, nextRate, outcomeOfAll, triesAgain } from "../../scenario/workload/search/rate-search.ts";

/** Sent before each step and not counted: connections open, caches fill, what is left of the last step drains. */
const warmUpMs = 1000;
/** After a rate that was too much. */
const recoveryMs = 1000;

export interface SearchContext {
  processes: LoadProcesses;
  options: LoadOptions;
  signal: AbortSignal;
  live: LiveLine;
}

interface Tried {
  step: SearchStep;
  measured: Measured;
  /** Over all attempts. */
  sent: number;
}

/** The search, and what was measured at the rate it found, or else at the last one that was tried; null when none was. */
export async function runSearch(context: SearchContext): Promise<{ search: SearchResult; measured: Measured | null }> {
  const { options, signal } = context;
  const tried: Tried[] = [];
  const startUs = nowUs();
  const end = (endedBy: SearchResult["endedBy"]): { search: SearchResult; measured: Measured | null } => {
    const steps = tried.map(({ step }) => step);
    const ratePerSecond = bestOf(steps);
    const best = tried.find(({ step }) => step.ratePerSecond === ratePerSecond) ?? tried.at(-1);
    const cost = { steps: steps.length, requests: tried.reduce((sum, { sent }) => sum + sent, 0), durationMs: usToMs(nowUs() - startUs) };
    return { search: { ratePerSecond, interval: intervalOf(steps), cost, endedBy, steps }, measured: best?.measured ?? null };
  };
  const range = { from: firstRate(options), to: options.course.kind === "search" ? options.course.to : 0 };
  const roll = dice(options.seed, "load/search");
  for (;;) {
    const next = nextRate(tried.map(({ step }) => step), range, roll);
    if ("endedBy" in next) return end(next.endedBy);
    const latest = await tryRate(next.ratePerSecond, context);
    if (latest === null) return end("interrupt");
    tried.push(latest);
    if (latest.step.saturated) return end("generator");
    if (latest.step.outcome !== "pass" && !(await pause(signal))) return end("interrupt");
  }
}

/** null when it was interrupted. */
async function tryRate(ratePerSecond: number, { processes, options, signal, live }: SearchContext): Promise<Tried | null> {
  const stretches: Awaited<ReturnType<LoadProcesses["run"]>>[] = [];
  let latest: Tried | null = null;
  let sent = 0;
  for (let tries = 1; latest === null || triesAgain(latest.step.outcome, tries - 1); tries += 1) {
    live.begin(`${formatNumber(ratePerSecond)}/s`, warmUpMs + options.durationMs);
    const profile = { shape: "constant", rate: ratePerSecond } as const;
    const lines = await processes.run({ profile, totalMs: warmUpMs + options.durationMs, countFromMs: warmUpMs }, (progress) => live.show(progress));
    if (signal.aborted) return null;
    const isSaturated = measure([lines], { isOpenModel: true, limits: [] }).result.generator.saturated;
    sent += lines.reduce((sum, line) => sum + line.sent, 0);
    // What a generator out of breath has measured is not added to what is sound.
    if (!isSaturated) stretches.push(lines);
    latest = { ...judged(ratePerSecond, measure(isSaturated ? [lines] : stretches, { isOpenModel: true, limits: options.limits })), sent };
  }
  live.note(`${formatNumber(ratePerSecond)}/s: ${latest.step.outcome}${latest.step.saturated ? ", the generator is saturated" : ""}`);
  return latest;
}

function judged(ratePerSecond: number, measured: Measured): Omit<Tried, "sent"> {
  const { offered, completed, dropped, started, responseTimeMs, limits = [], generator } = measured.result;
  const outcome = outcomeOfAll(limits.map((limit) => limit.outcome));
  return { measured, step: { ratePerSecond, offered, completed, dropped, errors: started - completed, responseTimeMs, limits, outcome, saturated: generator.saturated } };
}

/** Whether it was not interrupted. */
async function pause(signal: AbortSignal): Promise<boolean> {
  try {
    await wait(recoveryMs, signal);
  } catch {
    return false;
  }
  return true;
}
