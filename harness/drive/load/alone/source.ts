/** The one request and its profile as a source for the engine: the part of it that one process sends. */

import { dice } from "../../../base/random.ts";
import type { Profile } from "../../../scenario/workload/profile.ts";
import type { Source } from "../engine.ts";
import { paceOf, type Supply } from "../pace.ts";
import { readArrivalFile, type ArrivalTable } from "../pace/arrival-file.ts";
import { closedModelOf } from "../pace/users.ts";
import type { Journey } from "../prepared-request.ts";
import { partOf } from "../threads.ts";
import type { AloneConfig } from "./config.ts";

/** Of the time-out, what connecting may take. */
const connectLimitMs = 5000;

export function sourceOf(config: AloneConfig, profile: Profile, arrive: (n: number) => Journey): Source {
  const { origin, connections, timeoutMs, seed } = config;
  const whole: Source = { workload: 0, pace: paceOf(profile, supplyOf(profile, seed)), origins: [origin], connections, timeoutMs, connectTimeoutMs: Math.min(timeoutMs, connectLimitMs), arrive };
  return partOf(profile.shape === "closed" ? { ...whole, closed: closedModelOf(profile, seed, "load/think") } : whole, config.part);
}

/** The times of a log, whatever each of its lines asked for: all of them become the one request. Throws as `readArrivalFile`. */
export function replayedTimes(file: string): ArrivalTable {
  return readArrivalFile(file, { match: () => "load", unknown: "refuse" });
}

function supplyOf(profile: Profile, seed: number): Supply {
  return { roll: dice(seed, "load/arrivals"), ...(profile.shape === "replay" ? { arrivals: replayedTimes(profile.file) } : {}) };
}
