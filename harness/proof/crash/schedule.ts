/** Who is killed when: from a seed, so that a kill that leaked can be repeated. */

import { dice, integerBetween, pickWeighted, type Dice } from "../../base/random.ts";
import type { TracePoint } from "./trace.ts";

/** `both`: harness and supervisor. `all`: these and the warden, so that only the next command can clean up. */
export const victims = ["harness", "both", "all"] as const;
export type Victim = (typeof victims)[number];

/** `busy` is a system of small processes, `servers` has PostgreSQL and Redis. */
export const systems = ["busy", "servers"] as const;
export type System = (typeof systems)[number];

export type Aim =
  /** So long after the command was given, whatever happens then. */
  | { readonly at: "instant"; readonly afterMs: number }
  /** So long after the nth time that `who` was seen to come by `point`. */
  | { readonly at: "window"; readonly who: string; readonly point: string; readonly nth: number; readonly afterMs: number }
  /** In the very moment, by the process itself. */
  | { readonly at: "point"; readonly who: string; readonly point: string; readonly nth: number };

export interface Kill {
  readonly victim: Victim;
  readonly system: System;
  readonly aim: Aim;
}

/** What a whole run of a system looks like. */
export interface Calibration {
  readonly lifeMs: number;
  readonly trace: readonly TracePoint[];
}

interface Target {
  readonly who: string;
  readonly point: string;
  readonly withinMs: number;
}

/** Points that begin something, and how long it lasts at most. */
const targets: readonly Target[] = [
  { who: "supervisor", point: "spawning:before", withinMs: 4 },
  { who: "harness", point: "ask-lease:before", withinMs: 8 },
  { who: "harness", point: "ask-release:before", withinMs: 6 },
  { who: "harness", point: "ask-close:before", withinMs: 150 },
];
/** Two in nine fall anywhere in the life of the run, the rest is aimed. */
const anywhere = 2;
const aimed = [2, 2, 2, 1];
const everyNthOnServers = 5;

export function randomKills(count: number, victim: Victim, { seed, calibrations }: { seed: number; calibrations: Readonly<Record<System, Calibration>> }): Kill[] {
  const roll = dice(seed, `kills of ${victim}`);
  return Array.from({ length: count }, (_, index): Kill => {
    const system = index % everyNthOnServers === everyNthOnServers - 1 ? "servers" : "busy";
    return { victim, system, aim: randomAim(roll, calibrations[system]) };
  });
}

function randomAim(roll: Dice, { lifeMs, trace }: Calibration): Aim {
  const target = pickWeighted<Target | null>(roll, [null, ...targets], [anywhere, ...aimed]);
  if (target === null) return { at: "instant", afterMs: roll() * lifeMs };
  const { who, point, withinMs } = target;
  const times = trace.filter((each) => each.who === who && each.point === point).length;
  return { at: "window", who, point, nth: integerBetween(roll, 1, Math.max(1, times)), afterMs: roll() * withinMs };
}

/** The first and the last time of every point, once for the harness alone and once together with the supervisor. The harness's port reservations are no acts. */
export function pointKills(system: System, { trace }: Calibration): Kill[] {
  const times = new Map<string, number>();
  for (const { who, point } of trace) if (!["begin", "port"].includes(point)) times.set(`${who} ${point}`, (times.get(`${who} ${point}`) ?? 0) + 1);
  return [...times].flatMap(([name, count]) => {
    const [who = "", point = ""] = name.split(" ");
    const aims = [...new Set([1, count])].map((nth): Aim => ({ at: "point", who, point, nth }));
    return aims.flatMap((aim) => (["harness", "both"] as const).map((victim): Kill => ({ victim, system, aim })));
  });
}

export function describeAim(aim: Aim): string {
  switch (aim.at) {
    case "instant":
      return `${aim.afterMs.toFixed(0)} ms after the start`;
    case "window":
      return `${aim.afterMs.toFixed(1)} ms after ${aim.who} ${aim.point} #${aim.nth}`;
    case "point":
      return `at ${aim.who} ${aim.point} #${aim.nth}`;
  }
}
