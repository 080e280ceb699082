/** Whole folders of scripted series of repeats: what comes of runs that are known by themselves. */

import { join } from "node:path";
import type { LogEvent, RepeatAttempt, RepeatsAsked } from "../../log/event.ts";
import { repeatFolder, repeatRun } from "../../log/repeat-folder.ts";
import { scriptedHeader, scriptedScenario, scriptedStartUs, scriptedSuite, type ScriptedRun } from "../../sli/scripted/header.fixture.ts";
import { simulate, type Conduct } from "../../sli/scripted/simulate.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import { syntheticRun, writeSyntheticRun, type SyntheticVariant } from "./synthetic.fixture.ts";

/** Same variants, same bytes; one repeat each. Returns the repeats as the log of the series names them. `logOnly`: nothing but that log, for repeats that are judged already. */
export function writeSyntheticSeries(folder: string, variants: readonly SyntheticVariant[], { logOnly = false } = {}): RepeatAttempt[] {
  const attempts = variants.map((variant): { variant: SyntheticVariant; again?: boolean } => ({ variant }));
  return writeSeries(folder, { attempts, header: syntheticRun() }, ({ variant }, part, { seed, run }) => {
    if (!logOnly) writeSyntheticRun(part, { variant, seed, run });
  });
}

export interface ShortSeries {
  /** How each goes, in order; `again`: a further attempt at the repeat before it. */
  attempts: readonly { conduct: Conduct; again?: boolean }[];
  rules: readonly string[];
  required?: readonly string[];
  asked?: RepeatsAsked;
  /** false: the harness was killed. */
  ended?: boolean;
  /** Ctrl-C when the last attempt had ended. */
  interrupted?: boolean;
}

/** Repeats of six seconds without a fault: 150 requests each, too few for most claims. */
export function writeShortSeries(folder: string, series: ShortSeries): RepeatAttempt[] {
  const workloads = [{ name: "orders", profile: { shape: "constant" as const, rate: 25 }, journeys: [{ steps: ["place"] }] }];
  const scenario = scriptedScenario({ name: "steady", title: "Six seconds", target: "orders", workloads, phases: { warmUp: "1s", baseline: "6s" }, stop: "none", rules: [...series.rules] });
  const suite = scriptedSuite({ name: "gate", title: "In short", target: "orders", scenarios: ["steady"], required: [...(series.required ?? [])] });
  const whole: ScriptedRun = { ...syntheticRun(), suite, planned: ["steady"], plannedRules: { steady: scenario.rules } };
  return writeSeries(folder, { ...series, header: whole }, ({ conduct }, part, { seed, run }) => {
    const script = { ...whole, seed, run };
    const began = scriptedHeader(script, null);
    writeLog(join(part, "steady", "log"), simulate(scriptedHeader(script, scenario), scenario, conduct));
    writeLog(join(part, "log"), [began, { type: "cleanup", at: began.at + 20_000_000, complete: true, left: [] }, { type: "end", at: began.at + 20_000_001 }]);
  });
}

interface Series<Attempt> {
  header: ScriptedRun;
  attempts: readonly Attempt[];
  asked?: RepeatsAsked;
  ended?: boolean;
  interrupted?: boolean;
}

/** When the series begins its attempt `index`, and ends after its last. */
function atUs(index: number): number {
  return scriptedStartUs + 1_000_000 * (1 + index * 400);
}

type Named = RepeatAttempt & { run: string };

function writeSeries<Attempt extends { again?: boolean }>(folder: string, series: Series<Attempt>, write: (attempt: Attempt, part: string, named: Named) => void): RepeatAttempt[] {
  const named: RepeatAttempt[] = [];
  for (const attempt of series.attempts) {
    const before = named.at(-1);
    const place = attempt.again === true && before !== undefined ? { repeat: before.repeat, attempt: before.attempt + 1 } : { repeat: (before?.repeat ?? 0) + 1, attempt: 1 };
    const of = { ...place, seed: 8126 + place.repeat };
    write(attempt, join(folder, repeatFolder(place)), { ...of, run: repeatRun("2026-11-20-1402-syn", place) });
    named.push(of);
  }
  const repeats = series.asked ?? { most: named.filter(({ attempt }) => attempt === 1).length, untilDecided: false };
  const events: LogEvent[] = [{ ...scriptedHeader(series.header, null), repeats }, ...named.map((attempt, index): LogEvent => ({ type: "repeat", at: atUs(index), ...attempt }))];
  if (series.interrupted === true) events.push({ type: "stop", at: atUs(named.length), why: "interrupt", code: "interrupted", message: "SIGINT" });
  if (series.ended !== false) events.push({ type: "end", at: atUs(named.length) });
  writeLog(join(folder, "log"), events);
  return named;
}
