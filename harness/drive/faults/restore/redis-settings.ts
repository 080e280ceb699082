/** Gives Redis the settings back that it had. They live in its memory only: a server that is gone took them along. */

import { RoadworthyError, systemErrorCode } from "../../../base/error.ts";
import { askRedis } from "../../stack/clients/redis.ts";
import type { Restore } from "./order.ts";

const answerWithinMs = 1_000;

/** Rejects when a setting does not have its value afterwards. */
export async function restoreRedisSettings({ address, settings }: Restore<"redis-settings">): Promise<void> {
  const ask = (command: string[]): Promise<unknown> => askRedis(command, { address, timeoutMs: answerWithinMs });
  try {
    for (const { name, value } of settings) {
      await ask(["CONFIG", "SET", name, value]);
      const answer = await ask(["CONFIG", "GET", name]);
      const now: unknown = Array.isArray(answer) ? answer[1] : answer;
      if (now !== value) throw new RoadworthyError("cleanup-incomplete", `${name} is ${String(now)}, not ${value}`);
    }
  } catch (error) {
    if (systemErrorCode(error) !== "ECONNREFUSED") throw error;
  }
}
