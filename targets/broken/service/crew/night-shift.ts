/** A build of the worker supervisor whose workers wait until no more documents come in. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { entryBeside, supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";

/** More than by day: what has piled up is to be done before the morning. */
const workersAtNight = 12;

await runEntry(() => {
  const config = supervisorConfig(process.env);
  const parts = supervisorParts({ ...config, scaling: { ...config.scaling, maximum: workersAtNight } });
  return startSupervisor({ ...parts, workerEntry: entryBeside(import.meta.url, "../workers/night-shift-worker") });
});
