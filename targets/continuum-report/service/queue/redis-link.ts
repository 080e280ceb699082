/**
 * A connection to Redis that fails fast and comes back fast. Nothing is kept for later and nothing is sent twice behind our back:
 * a command that has no answer fails, and its caller, who knows what it means, decides.
 */

import { Redis } from "ioredis";
import { Unavailable, messageOf } from "../base/failure.ts";
import { logLine, logTrouble } from "../base/log-line.ts";

export interface RedisLink {
  /** Whether a command could be sent right now. */
  ready(): boolean;
  /** Runs commands on the connection. Anything that goes wrong there is an outage of Redis. */
  ask<T>(commands: (redis: Redis) => Promise<T>): Promise<T>;
  close(): void;
}

interface LinkOptions {
  readonly url: string;
  readonly name: string;
  /** A connection on which an answer is due for longer than this is dead. */
  readonly silenceLimitMs: number;
}

const connectLimitMs = 1_000;
const longestPauseMs = 400;

export function openRedis(options: LinkOptions): RedisLink {
  const redis = new Redis(options.url, {
    connectionName: options.name,
    connectTimeout: connectLimitMs,
    socketTimeout: options.silenceLimitMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(50 * times, longestPauseMs),
  });
  logChanges(redis);
  return {
    ready: () => redis.status === "ready",
    ask: (commands) => (redis.status === "ready" ? commands(redis).catch(rethrow) : Promise.reject(notConnected())),
    close: () => redis.disconnect(),
  };
}

function notConnected(): Unavailable {
  return new Unavailable("redis", "not connected", { effect: "none" });
}

function rethrow(cause: unknown): never {
  throw new Unavailable("redis", messageOf(cause), { cause });
}

/** One line when the connection goes and one when it is back, not one per try. */
function logChanges(redis: Redis): void {
  let lost = false;
  redis.on("ready", () => {
    if (lost) logLine("redis: connected again");
    lost = false;
  });
  redis.on("error", (error: Error) => {
    if (!lost) logTrouble(`redis: connection lost: ${messageOf(error)}`);
    lost = true;
  });
}
