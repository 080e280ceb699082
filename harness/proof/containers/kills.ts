/** SIGKILL at random instants of a run on containers: what is left, and for how long (R1, R2). */

import { dice, type Dice } from "../../base/random.ts";
import { nowUs, poll, wait } from "../../base/time.ts";
import type { Victim } from "../crash/schedule.ts";
import { pidOf, runOf, windowsAt, type Window } from "../crash/trace.ts";
import { describeThings, everythingOf, thingsOf } from "./engine-list.ts";
import type { Ground } from "./ground.ts";
import { startLiveRun, type LiveRun } from "./live-run.ts";

/** What it was at when it was killed. */
export type Stage = "before the boot" | "boot" | "scenario" | "end";

export interface KillOnContainers {
  readonly victim: Victim;
  readonly afterMs: number;
}

export interface KilledRun extends KillOnContainers {
  /** Its id; null when it was killed before it had one. */
  readonly run: string | null;
  readonly stage: Stage;
  readonly inside: readonly Window[];
  /** From the kill, or from the beginning of the next command, until nothing was left. */
  readonly goneMs: number;
  /** Empty when nothing was. */
  readonly left: string;
}

/** R1 gives containers so long. */
export const goneWithinMs = 10_000;
/** Also what comes too late is waited for, so that the table can say how late. */
const lookWithinMs = 60_000;
const lookEveryMs = 100;
/** Most kill the harness, as what happens most; the others in turn. */
const turns: readonly Victim[] = ["harness", "both", "harness", "all", "harness"];
const othersOf: Readonly<Record<Victim, readonly string[]>> = { harness: [], both: ["supervisor"], all: ["supervisor", "warden"] };

/** From a seed, without end: whoever comes too late is replaced by the next. `lifeMs`: of a whole run. */
export function* killsOnContainers(seed: number, lifeMs: number): Generator<KillOnContainers, never> {
  const roll: Dice = dice(seed, "kills on containers");
  for (let index = 0; ; index += 1) yield { victim: turns[index % turns.length] ?? "harness", afterMs: roll() * lifeMs };
}

/** null when the run was over before. */
export async function carryOutKillOnContainers(ground: Ground, kill: KillOnContainers): Promise<KilledRun | null> {
  using run = startLiveRun(ground);
  await wait(kill.afterMs);
  if (run.child.exitCode !== null) return null;
  const trace = run.trace();
  const stage = stageOf(run);
  const others = othersOf[kill.victim].flatMap((role) => pidOf(trace, role) ?? []);
  const killedUs = nowUs();
  run.child.kill("SIGKILL");
  for (const pid of others) end(pid);
  await run.ended;
  const inside = windowsAt(run.trace(), killedUs);
  const beganUs = nowUs();
  // Nobody is there to do it: the next command, whatever it is, heals.
  if (kill.victim === "all") await run.heal();
  const gone = await poll(async () => ((await run.left(killedUs)) === "" ? nowUs() : undefined), { intervalMs: lookEveryMs, deadlineUs: nowUs() + lookWithinMs * 1000 });
  const left = gone === undefined ? await run.left(killedUs) : "";
  return { ...kill, run: runOf(trace), stage, inside, goneMs: ((gone ?? nowUs()) - (kill.victim === "all" ? beganUs : killedUs)) / 1000, left };
}

/** What appeared on the engine after all was gone: looked for at the very end, and in words. */
export async function appearedLate({ endpoint }: Ground, killed: readonly Pick<KilledRun, "run">[]): Promise<string> {
  const everything = await everythingOf(endpoint);
  return describeThings(killed.flatMap(({ run }) => thingsOf(run, everything)));
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just come to its own end.
  }
}

function stageOf(run: LiveRun): Stage {
  const said = run.said();
  if (said.includes("cleaning up")) return "end";
  if (said.includes("short-outages")) return "scenario";
  return said.includes("boot") ? "boot" : "before the boot";
}
