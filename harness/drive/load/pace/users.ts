/** The users of a closed model: how long each thinks. The same seed gives each user the same pauses. */

import { parseDurationMs } from "../../../base/duration.ts";
import { dice } from "../../../base/random.ts";
import type { ClosedProfile } from "../../../scenario/workload/profile.ts";
import type { ClosedModel } from "./arrivals.ts";

/** `purpose` names the dice of this workload. */
export function closedModelOf({ users, thinkTime }: ClosedProfile, seed: number, purpose: string): ClosedModel {
  if (typeof thinkTime === "string") {
    const fixedMs = parseDurationMs(thinkTime);
    return { users, thinkMs: () => fixedMs };
  }
  const [fromMs, toMs] = [parseDurationMs(thinkTime.from), parseDurationMs(thinkTime.to)];
  const rolls = Array.from({ length: users }, (_unused, user) => dice(seed, `${purpose}/${user}`));
  return { users, thinkMs: (user) => fromMs + (toMs - fromMs) * (rolls[user]?.() ?? 0) };
}
