/** A build of the worker supervisor that waits for Redis with its whole process: as long as it waits, it answers nobody. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";
import type { QueueKeeper } from "../../../continuum-report/service/queue/queue-keeper.ts";

const waitMs = 4_000;

function freezing(keeper: QueueKeeper): QueueKeeper {
  return {
    ...keeper,
    async length() {
      try {
        return await keeper.length();
      } catch (error) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
        throw error;
      }
    },
  };
}

await runEntry(() => {
  const parts = supervisorParts(supervisorConfig(process.env));
  return startSupervisor({ ...parts, keeper: freezing(parts.keeper) });
});
