/** What one kill did, as the harness saw it: out of the verdict and the log of its scenario. */

import { join } from "node:path";
import { usToMs } from "../../base/duration.ts";
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
  /** From the middle of the kill, as recovery times are, until the server's own log says that it takes connections again; null when it does not say so. */
  readonly saysReadyMs: number | null;
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
    ...ownAccount(folder, node),
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

/** What needs no judge: a look at the log alone. */
function ownAccount(folder: string, node: string): Pick<KillOutcome, "acknowledgedBefore" | "saysReadyMs"> {
  let acknowledgedBefore = 0;
  let killedUs: number | null = null;
  let isStarted = false;
  let saysReadyMs: number | null = null;
  for (const event of openLog(join(folder, "log")).events()) {
    if (event.type === "fault" && event.stage === "injected") killedUs = (event.beganUs + event.endedUs) / 2;
    else if (event.type === "process" && event.process === node && event.what === "started") isStarted ||= killedUs !== null;
    else if (event.type === "write" && event.what === "ok" && !isStarted) acknowledgedBefore += 1;
    else if (event.type === "output" && event.process === node && killedUs !== null && /ready to accept connections/i.test(event.line)) saysReadyMs ??= usToMs(event.at - killedUs);
  }
  return { acknowledgedBefore, saysReadyMs };
}
