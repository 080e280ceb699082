/** Small run folders that are kept, logs and verdicts, so that a judge that judges them otherwise is found out. */

import { join } from "node:path";
import { packageRoot } from "../../base/entry.ts";
import { scriptedRuns } from "./scripted-runs.fixture.ts";

/** Recorded from real runs of the tiny system of `proof/tiny`, by `proof/corpus/recorded-runs.ts`. */
export const recordedRuns = ["recorded-calm", "recorded-cut", "recorded-kill", "recorded-interrupted"] as const;
export type RecordedRun = (typeof recordedRuns)[number];

export const savedRuns: readonly string[] = [...Object.keys(scriptedRuns), ...recordedRuns];

export const savedRunsFolder = join(packageRoot, "harness/judge/corpus/runs");

export function savedRunFolder(name: string): string {
  return join(savedRunsFolder, name);
}
