/** A build of the worker supervisor that came to need a setting of which those who deploy it were not told. */

import { requiredText } from "../../../continuum-report/service/base/environment.ts";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";

await runEntry(async () => {
  const config = supervisorConfig({ ...process.env, SUPERVISOR_NAME: requiredText(process.env, "CREW_OF_THE_HOUSE") });
  return startSupervisor(supervisorParts(config));
});
