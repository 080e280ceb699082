/** A build of the worker supervisor whose workers do not count the first two failures of a document. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { entryBeside, supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";

await runEntry(() => {
  const workerEntry = entryBeside(import.meta.url, "../workers/forgets-failures-worker");
  return startSupervisor({ ...supervisorParts(supervisorConfig(process.env)), workerEntry });
});
