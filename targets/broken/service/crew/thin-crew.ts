/** A build of the worker supervisor that makes do with one worker less than was promised, until the queue grows. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";

/** They do when little comes in; as in the good build, one more is hired as soon as each has another document waiting, so that the queue stays short. */
const fewestWorkers = 4;

await runEntry(() => {
  const config = supervisorConfig(process.env);
  return startSupervisor(supervisorParts({ ...config, scaling: { ...config.scaling, minimum: fewestWorkers } }));
});
