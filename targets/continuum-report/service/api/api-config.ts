import { listenAddress, optionalText, requiredText, wholeNumber } from "../base/environment.ts";
import type { Address, Environment } from "../base/environment.ts";

/** What the API needs to know. */
export interface ApiConfig extends Address {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** The worker supervisor, for the number of workers in the metrics; null when not told. */
  readonly workerUrl: string | null;
  /** No request is answered later than this. */
  readonly requestLimitMs: number;
}

export function apiConfig(env: Environment): ApiConfig {
  const workerUrl = optionalText(env, "WORKER_URL", "");
  return {
    ...listenAddress(env),
    databaseUrl: requiredText(env, "DATABASE_URL"),
    redisUrl: requiredText(env, "REDIS_URL"),
    workerUrl: workerUrl === "" ? null : workerUrl,
    requestLimitMs: wholeNumber(env, "REQUEST_LIMIT_MS", { fallback: 1_000, minimum: 100, maximum: 60_000 }),
  };
}
