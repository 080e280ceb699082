/** `diff`: two recorded runs side by side, judged from their logs by this version. Touches no system. */

import { exitCodes } from "../../base/error.ts";
import { judgeSuite } from "../../judge/index.ts";
import { sideBySide, type SideBySide } from "../../judge/history/side-by-side.ts";
import { stableJson } from "../../../reports/json.ts";
import { renderSideBySide } from "../../../reports/diff/side-by-side.ts";
import { findRun } from "../store.ts";

export interface DiffFlags {
  out?: string;
  json?: boolean;
  all?: boolean;
}

/** 0 when every outcome agrees, 1 when one contradicts the other, 2 when that cannot be told. */
export function diffRuns(first: string, second: string, flags: DiffFlags): number {
  const compared = sideBySide(judgeSuite(findRun(first, flags.out)), judgeSuite(findRun(second, flags.out)));
  const width = process.stdout.isTTY ? process.stdout.columns : 160;
  process.stdout.write(flags.json === true ? stableJson(asJson(compared)) : renderSideBySide(compared, { width, all: flags.all === true }));
  return exitCodes[compared.outcome];
}

function asJson({ first, second, objectives, faults, outcome, incomparable, differences }: SideBySide): object {
  const runs = [first, second].map(({ suite: { run, target, suite, stack, versions, images, outcome: came, startedAt, seed, commit } }) => ({ run, target, suite, stack, versions, images: images ?? [], outcome: came, startedAt, seed, commit }));
  return { outcome, valuesIncomparable: incomparable, differences, runs, objectives, faults };
}
