/** A build of the worker supervisor whose workers keep no processing list: what a killed worker had in hand is gone. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { entryBeside, supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";

await runEntry(() => {
  const workerEntry = entryBeside(import.meta.url, "../workers/loses-on-kill-worker");
  return startSupervisor({ ...supervisorParts(supervisorConfig(process.env)), workerEntry });
});
