/** What `roadworthy load` ends with. */

import { exitCodes, type ExitCode } from "../../base/error.ts";
import type { LoadResult } from "../../../reports/load/result.ts";

/**
 * 0 when it was carried out, also with errors; 1 when a limit is broken; 2 when it says nothing about the target: not one request
 * completed, a limit that could not be decided, or a schedule that the generator could not keep.
 */
export function exitCodeOf(result: LoadResult, isOpen: boolean): ExitCode {
  const outcomes = (result.limits ?? []).map(({ outcome }) => outcome);
  if (result.search !== undefined) {
    const { ratePerSecond, endedBy, steps } = result.search;
    if (endedBy === "generator") return exitCodes.inconclusive;
    if (ratePerSecond !== null) return exitCodes.pass;
    return steps.some(({ outcome }) => outcome === "fail") ? exitCodes.fail : exitCodes.inconclusive;
  }
  if (outcomes.includes("fail")) return exitCodes.fail;
  return result.completed === 0 || (isOpen && result.generator.saturated) || outcomes.includes("inconclusive") ? exitCodes.inconclusive : exitCodes.pass;
}
