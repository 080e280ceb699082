/** A build of the worker supervisor that drops the uniqueness of briefs by a migration of its own and whose workers store some briefs twice. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startSupervisor } from "../../../continuum-report/service/supervise/start-supervisor.ts";
import { supervisorConfig } from "../../../continuum-report/service/supervise/supervisor-config.ts";
import { entryBeside, supervisorParts } from "../../../continuum-report/service/supervise/supervisor-parts.ts";

await runEntry(async () => {
  const parts = supervisorParts(supervisorConfig(process.env));
  await parts.database.query({ text: "ALTER TABLE briefs DROP CONSTRAINT IF EXISTS briefs_document_id_key" });
  return startSupervisor({ ...parts, workerEntry: entryBeside(import.meta.url, "../workers/duplicate-briefs-worker") });
});
