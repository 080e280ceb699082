/** A build of the worker supervisor whose workers wait for long before they ask Redis again. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { entryBeside, supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";

await runEntry(() => {
  const workerEntry = entryBeside(import.meta.url, "../workers/slow-to-resume-worker");
  const config = supervisorConfig(process.env);
  // All from the start: a worker that is hired when the queue has grown would be awake at once.
  const scaling = { ...config.scaling, minimum: config.scaling.maximum };
  return startSupervisor({ ...supervisorParts({ ...config, scaling }), workerEntry });
});
