/** A build of the worker supervisor whose workers take some good documents for unreadable. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { entryBeside, supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";

await runEntry(() => {
  const workerEntry = entryBeside(import.meta.url, "../workers/picky-workers-worker");
  return startSupervisor({ ...supervisorParts(supervisorConfig(process.env)), workerEntry });
});
