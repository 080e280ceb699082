import { randomUUID } from "node:crypto";
import { listenAddress, optionalText, requiredText, wholeNumber } from "../base/environment.ts";
import type { Address, Environment } from "../base/environment.ts";

/** What one worker needs to know. */
export interface WorkerConfig extends Address {
  readonly workerId: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly paperless: { readonly url: string; readonly token: string; readonly limitMs: number };
  readonly ollama: { readonly url: string; readonly model: string; readonly limitMs: number };
  readonly backoffBaseMs: number;
  /** How long one poll of the queue lasts; also bounds how long a dead link to Redis goes unnoticed. */
  readonly pollSeconds: number;
}

const limitRange = { minimum: 100, maximum: 600_000 };

export function workerConfig(env: Environment): WorkerConfig {
  return {
    ...listenAddress(env),
    workerId: optionalText(env, "WORKER_ID", `standalone.${randomUUID()}`),
    databaseUrl: requiredText(env, "DATABASE_URL"),
    redisUrl: requiredText(env, "REDIS_URL"),
    paperless: {
      url: requiredText(env, "PAPERLESS_URL"),
      token: optionalText(env, "PAPERLESS_API_TOKEN", ""),
      limitMs: wholeNumber(env, "PAPERLESS_TIMEOUT_MS", { fallback: 30_000, ...limitRange }),
    },
    ollama: {
      url: requiredText(env, "OLLAMA_URL"),
      model: optionalText(env, "OLLAMA_MODEL", "mistral"),
      limitMs: wholeNumber(env, "OLLAMA_TIMEOUT_MS", { fallback: 60_000, ...limitRange }),
    },
    backoffBaseMs: wholeNumber(env, "BACKOFF_BASE_MS", { fallback: 500, minimum: 1, maximum: 60_000 }),
    pollSeconds: wholeNumber(env, "POLL_SECONDS", { fallback: 2, minimum: 1, maximum: 30 }),
  };
}
