/** The deep health check: really asks PostgreSQL and Redis, both at once, each within a limit. */

import { withDeadline } from "../base/deadline.ts";
import { messageOf } from "../base/failure.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { Database } from "../store/database.ts";

/** What one dependency's check came to. */
export type Check = { readonly status: "up" } | { readonly status: "down"; readonly why: string };

export interface DeepHealth {
  readonly status: "healthy" | "unhealthy";
  readonly checks: { readonly postgres: Check; readonly redis: Check };
}

export async function checkDependencies(database: Database, queue: JobQueue, limitMs: number): Promise<DeepHealth> {
  const [postgres, redis] = await Promise.all([check(database.query({ text: "SELECT 1" }), limitMs), check(queue.ping(), limitMs)]);
  return { status: postgres.status === "up" && redis.status === "up" ? "healthy" : "unhealthy", checks: { postgres, redis } };
}

async function check(probe: Promise<unknown>, limitMs: number): Promise<Check> {
  try {
    await withDeadline(probe, limitMs, () => new Error(`no answer within ${limitMs} ms`));
    return { status: "up" };
  } catch (error) {
    return { status: "down", why: messageOf(error) };
  }
}
