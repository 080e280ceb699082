/**
 * System V shared memory that a killed PostgreSQL leaves behind: nobody removes it but us. A segment is the run's when one of its
 * processes made it and nobody is attached to it any more.
 */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Leftover } from "../protocol.ts";

const removeLimitMs = 2_000;

/** Removes the orphaned segments that were created by one of `pids`; answers those that are still there. */
export async function removeSharedMemory(pids: ReadonlySet<number>): Promise<Leftover[]> {
  for (const segment of orphans(pids)) {
    try {
      await promisify(execFile)("ipcrm", ["-m", segment], { timeout: removeLimitMs });
    } catch {
      // Whether it worked is seen below.
    }
  }
  return orphans(pids).map((segment) => ({ kind: "shared-memory", id: segment, command: `ipcrm -m ${segment}` }));
}

/** Columns of the table: key, id, permissions, size, pid of the creator, pid of the last user, number of users, … */
function orphans(pids: ReadonlySet<number>): string[] {
  return table().flatMap((line) => {
    const [, id, , , creator, , users] = line.trim().split(/\s+/);
    return id !== undefined && users === "0" && pids.has(Number(creator)) ? [id] : [];
  });
}

function table(): string[] {
  try {
    return readFileSync("/proc/sysvipc/shm", "utf8").split("\n").slice(1);
  } catch {
    return [];
  }
}
