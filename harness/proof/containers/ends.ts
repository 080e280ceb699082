/** Runs on containers that come to their end: by themselves, with the time that their stack took to come up and to go, or because somebody ends them. */

import { join } from "node:path";
import { nowUs } from "../../base/time.ts";
import { openLog } from "../../log/reader.ts";
import type { Ground } from "./ground.ts";
import { startLiveRun, type LiveRun } from "./live-run.ts";

export interface WholeRun {
  readonly lifeMs: number;
  /** From the beginning of the run until all services were ready. */
  readonly upMs: number;
  /** From the end of the scenario until nothing was left. */
  readonly downMs: number;
  readonly left: string;
}

/** Throws when the run does not come to its end. */
export async function wholeRun(ground: Ground): Promise<WholeRun> {
  using run = startLiveRun(ground);
  const { code, stderr } = await run.ended;
  const lifeMs = (nowUs() - run.startedUs) / 1000;
  if (code !== 0 && code !== 2) throw new Error(`an undisturbed run ended with ${code}: ${stderr}`);
  const at = instantsOf(run);
  return { lifeMs, upMs: (at.booted - at.began) / 1000, downMs: (at.cleaned - at.ended) / 1000, left: await run.left(nowUs()) };
}

function instantsOf(run: LiveRun): Record<"began" | "booted" | "ended" | "cleaned", number> {
  const at = { began: Number.NaN, booted: Number.NaN, ended: Number.NaN, cleaned: Number.NaN };
  for (const { type, at: instantUs } of openLog(join(run.folder(), "log")).events()) {
    if (type === "run") at.began = instantUs;
    else if (type === "boot") at.booted = instantUs;
    else if (type === "cleanup") at.cleaned = instantUs;
  }
  for (const { type, at: instantUs } of openLog(join(run.folder(), "short-outages/log")).events()) if (type === "end") at.ended = instantUs;
  return at;
}

export interface EndedRun {
  readonly exitCode: number | null;
  /** From the signal until the command had ended. */
  readonly tookMs: number;
  readonly left: string;
}

export const endings = ["Ctrl-C", "SIGTERM", "closed terminal", "Ctrl-C in the boot"] as const;

export async function endRun(ground: Ground, ending: (typeof endings)[number]): Promise<EndedRun> {
  using run = startLiveRun(ground);
  await run.untilSaid(ending === "Ctrl-C in the boot" ? "starting api" : "fault disconnect injected");
  const signalledUs = nowUs();
  if (ending === "closed terminal") {
    // From now on whatever it prints fails.
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
  }
  run.child.kill(ending === "closed terminal" ? "SIGHUP" : ending === "SIGTERM" ? "SIGTERM" : "SIGINT");
  const { code } = await run.ended;
  return { exitCode: code, tookMs: (nowUs() - signalledUs) / 1000, left: await run.left(nowUs()) };
}
