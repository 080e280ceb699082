/**
 * Faults that the seed chooses → steps. Pure.
 *
 *   between[0] ├ free ┤ hold │apart├ free ┤ hold │apart├ free ┤ hold ├ free ┤ between[1]
 *
 * What the holds and the pauses leave of the window is cut at uniformly drawn places, so the faults never overlap, whatever the seed.
 */

import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import { dice, integerBetween, sample } from "../../base/random.ts";
import type { RandomFaults, Step } from "../scenario.ts";

/** `path` is the block's in the definition, for errors. Throws `scenario-invalid` when the window has no room for so many faults. */
export function drawnSteps(block: RandomFaults, seed: number, path: string): Step[] {
  const holdMs = parseDurationMs(block.hold);
  const apartMs = parseDurationMs(block.apart);
  const freeMs = freeMsOf(block, path);
  // The id alone names the stream: all points of a sweep get the same faults at the same times.
  const roll = dice(seed, `random/${block.id}`);
  const cutsMs = Array.from({ length: block.times }, () => integerBetween(roll, 0, freeMs)).toSorted((a, b) => a - b);
  const fromMs = parseDurationMs(block.between[0]);
  return cutsMs.flatMap((cutMs, index) =>
    sample(roll, block.choose, 1).map((fault) => ({ id: `${block.id}-${index + 1}`, at: `${fromMs + cutMs + index * (holdMs + apartMs)}ms`, fault, hold: block.hold })),
  );
}

/** What is left of the window, in whole ms. */
function freeMsOf(block: RandomFaults, path: string): number {
  const [from, to] = block.between;
  const windowMs = parseDurationMs(to) - parseDurationMs(from);
  const neededMs = block.times * parseDurationMs(block.hold) + (block.times - 1) * parseDurationMs(block.apart);
  if (parseDurationMs(block.apart) === 0) throw new RoadworthyError("scenario-invalid", `${path}.apart: a fault needs time to heal before the next one`, { hint: "leave it out for 1 s" });
  if (windowMs >= neededMs) return Math.floor(windowMs - neededMs);
  throw new RoadworthyError("scenario-invalid", `${path}.between: ${block.times} faults of ${block.hold}, ${block.apart} apart, need ${neededMs} ms; from ${from} to ${to} there are ${windowMs} ms`, {
    hint: "widen the window, or ask for fewer or shorter faults",
  });
}
