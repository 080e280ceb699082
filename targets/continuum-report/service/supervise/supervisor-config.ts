import { listenAddress, optionalText, requiredText, wholeNumber } from "../base/environment.ts";
import type { Address, Environment } from "../base/environment.ts";
import type { ScalingLimits } from "./scaling.ts";

/** What the supervisor needs to know. Its workers get the whole environment, so what they need must be in it too. */
export interface SupervisorConfig extends Address {
  /** Unique among supervisors of one Redis and the same after a restart: by it the jobs of a predecessor's workers are found. */
  readonly name: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly scaling: ScalingLimits;
  readonly environment: Environment;
  readonly sweepEveryMs: number;
  /** An unfinished document without a job is left alone until it is this old: its ingest may be under way. */
  readonly sweepAgeMs: number;
}

const oneHourMs = 3_600_000;

export function supervisorConfig(env: Environment): SupervisorConfig {
  const name = optionalText(env, "SUPERVISOR_NAME", "crew");
  if (!/^[a-zA-Z0-9_-]{1,40}$/.test(name)) throw new Error("SUPERVISOR_NAME must be 1 to 40 letters, digits, - or _");
  return {
    ...listenAddress(env),
    name,
    databaseUrl: requiredText(env, "DATABASE_URL"),
    redisUrl: requiredText(env, "REDIS_URL"),
    scaling: scalingLimits(env),
    environment: env,
    sweepEveryMs: wholeNumber(env, "SWEEP_EVERY_MS", { fallback: 5_000, minimum: 100, maximum: oneHourMs }),
    sweepAgeMs: wholeNumber(env, "SWEEP_AGE_MS", { fallback: 10_000, minimum: 2_000, maximum: oneHourMs }),
  };
}

function scalingLimits(env: Environment): ScalingLimits {
  const minimum = wholeNumber(env, "MIN_WORKERS", { fallback: 5, minimum: 1, maximum: 200 });
  return {
    minimum,
    maximum: wholeNumber(env, "MAX_WORKERS", { fallback: Math.max(minimum, 50), minimum, maximum: 200 }),
    jobsPerWorker: wholeNumber(env, "JOBS_PER_WORKER", { fallback: 2, minimum: 1, maximum: 10_000 }),
    quietMs: wholeNumber(env, "SCALE_DOWN_AFTER_MS", { fallback: 10_000, minimum: 100, maximum: oneHourMs }),
    growthGapMs: wholeNumber(env, "SCALE_UP_GAP_MS", { fallback: 500, minimum: 50, maximum: oneHourMs }),
  };
}
