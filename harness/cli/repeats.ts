/** `--repeat` and `--until-decided`: how many repeats there are to be, and which comes next. */

import { RoadworthyError } from "../base/error.ts";
import { derivedSeed } from "../base/random.ts";
import { isUndecided, judgeSuite, nextAttempt, type JudgedAttempt, type JudgedOnce } from "../judge/index.ts";
import type { RepeatAttempt, RepeatsAsked } from "../log/event.ts";

/** More than these take days. */
const mostRepeats = 100;
/** Each look costs some of the confidence (judge/repeats/series.ts). */
const mostLooks = 20;
export const usualLooks = 5;

export interface RepeatFlags {
  repeat?: number;
  /** The most repeats; true when no number was given. */
  untilDecided?: number | true;
}

/** null: a plain run. Throws `usage`. */
export function repeatsAsked({ repeat, untilDecided }: RepeatFlags): RepeatsAsked | null {
  if (repeat !== undefined && untilDecided !== undefined) {
    throw new RoadworthyError("usage", "--repeat and --until-decided exclude one another", { hint: "--until-decided takes the largest number of repeats itself: --until-decided 5" });
  }
  if (repeat !== undefined) return { most: within("--repeat", repeat, mostRepeats), untilDecided: false };
  if (untilDecided === undefined) return null;
  return { most: untilDecided === true ? usualLooks : within("--until-decided", untilDecided, mostLooks), untilDecided: true };
}

function within(option: string, value: number, most: number): number {
  if (value >= 1 && value <= most) return value;
  throw new RoadworthyError("usage", `${option} ${value} is not a number from 1 to ${most}`, { hint: `give a number from 1 to ${most}` });
}

/** The words of the command line again. */
export function repeatWords(asked: RepeatsAsked | null): string {
  if (asked === null) return "";
  return asked.untilDecided ? ` --until-decided ${asked.most}` : ` --repeat ${asked.most}`;
}

/** Judges what there is in the series' folder each time that it is asked; what was judged before is not judged again. */
export function repeatsOf(folder: string, asked: RepeatsAsked, seed: number): () => RepeatAttempt | null {
  const known = new Map<string, JudgedOnce>();
  let begun = false;
  return () => {
    const judged = begun ? judgeSuite(folder, known) : null;
    begun = true;
    const attempts = judged?.attempts ?? [];
    const next = nextAttempt(asked, attempts.map(soFar), judged === null || isUndecided(judged.suite));
    return next === null ? null : { ...next, seed: next.repeat === 1 ? seed : derivedSeed(seed, `repeat ${next.repeat}`) };
  };
}

function soFar({ repeat, attempt, once, ...judged }: JudgedAttempt): Parameters<typeof nextAttempt>[1][number] {
  const isVoid = judged.void !== null;
  const isStopped = once === null || (once.stop !== null && !isVoid);
  return { repeat, attempt, isVoid, isLast: isStopped || once.whole.suite.cleanup.complete !== true };
}
