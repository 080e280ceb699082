/**
 * What the tools say that sent a workload: whether their times can be put on the host's clock, and whether they came to an end that says
 * something. Their latencies are service times, so they start no later than the tool did; when a request was due nobody knows.
 */

import type { EngineEnd, LogEvent } from "../../log/event.ts";
import { formatDurationMs } from "../verdict/format.ts";

/** Beyond it, records may lie in the wrong phase or second. */
const mostShiftMs = 5;

export class EngineFold {
  readonly #ends: EngineEnd[] = [];

  step(event: LogEvent): void {
    if (event.type === "engine-end") this.#ends.push(event);
  }

  read(): readonly EngineEnd[] {
    return this.#ends;
  }
}

/** Why nothing that hangs on the times of this tool can be believed, or null. */
export function clockTrouble({ workload, engine, clockShiftMs }: EngineEnd): string | null {
  if (clockShiftMs === null || Math.abs(clockShiftMs) <= mostShiftMs) return null;
  return `the wall clock, by which ${engine} told the times of ${workload}, moved by ${formatDurationMs(Math.abs(clockShiftMs), "ms")} against the host's own, ${mostShiftMs} ms are allowed`;
}

/** What its exit code says; null for an end of its own, with thresholds crossed or not. */
export function endTrouble({ workload, engine, exitCode, wasStopped, said }: EngineEnd): string | null {
  const meaning = exitCode === null ? "was ended by a signal" : meaningOf(exitCode, wasStopped);
  return meaning === null ? null : `workload ${workload}: ${engine} ${meaning}${exitCode === null ? "" : ` (exit code ${exitCode})`}${said === "" ? "" : `: ${said}`}`;
}

function meaningOf(exitCode: number, wasStopped: boolean): string | null {
  switch (exitCode) {
    case 0:
    case 99:
      return null;
    case 100:
      return "did not come to the end of the script's setup in time";
    case 101:
      return "did not come to the end of the script's teardown in time";
    case 104:
      return "does not take the script's options";
    case 105:
      return wasStopped ? null : "was interrupted";
    case 107:
      return "could not run the script, which threw an exception";
    case 108:
      return "was told by the script to abort";
    case 110:
      return "was told by the script that it failed";
    default:
      return "ended in a way that it does not explain";
  }
}
