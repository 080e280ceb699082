/** What one kill did, as the harness saw it: out of the verdict and the log of its scenario. */

import { join } from "node:path";
import { judgeScenario } from "../../judge/index.ts";
import type { DataLoss } from "../../judge/verdict/schema.ts";
import { openLog } from "../../log/reader.ts";

export interface KillOutcome {
  /** Of its scenario. */
  readonly name: string;
  /** Before the server was started again. */
  readonly acknowledgedBefore: number;
  readonly lost: number;
  /** Age of the oldest lost write at the kill; 0 when nothing is lost. */
  readonly windowMs: number;
  readonly indeterminate: number;
  /** null: not within the scenario, or no outage was seen. */
  readonly recoveryMs: number | null;
  readonly resolutionMs: number;
  /** Why nothing of it can be believed, and what no server does: writes read back that were never sent, twice, or although they were refused, and older ones lost than newer ones. */
  readonly problems: readonly string[];
}

/** `folder` is that of the scenario, `node` the server. */
export function killOutcome(folder: string, node: string): KillOutcome {
  const { verdict } = judgeScenario(folder);
  const { dataLoss: loss, faults } = verdict;
  const [fault] = faults;
  return {
    name: verdict.scenario,
    acknowledgedBefore: acknowledgedBeforeStart(folder, node),
    lost: loss?.lost ?? 0,
    windowMs: loss?.lostMs ?? 0,
    indeterminate: loss?.indeterminate ?? 0,
    recoveryMs: fault?.recoveryTimeMs ?? null,
    resolutionMs: fault?.resolutionMs ?? 0,
    problems: [
      ...(verdict.incomplete === null ? [] : [verdict.incomplete]),
      ...(fault === undefined || fault.feltAtMs === null ? ["the kill was not witnessed"] : []),
      ...(loss === null ? ["the writes were not read back"] : impossible(loss)),
    ],
  };
}

function impossible(loss: DataLoss): string[] {
  return [
    ...(loss.acknowledged === 0 ? ["nothing was acknowledged"] : []),
    ...(["unexpected", "duplicated", "resurrected"] as const).flatMap((set) => (loss[set] === 0 ? [] : [`${loss[set]} ${set}`])),
    // These servers write one log, or one picture of all: what they lose is its end.
    ...(loss.holes ? ["a lost tail was taken for a hole"] : []),
  ];
}

function acknowledgedBeforeStart(folder: string, node: string): number {
  let count = 0;
  let isKilled = false;
  for (const event of openLog(join(folder, "log")).events()) {
    if (event.type === "fault" && event.stage === "injected") isKilled = true;
    if (isKilled && event.type === "process" && event.process === node && event.what === "started") break;
    if (event.type === "write" && event.what === "ok") count += 1;
  }
  return count;
}
