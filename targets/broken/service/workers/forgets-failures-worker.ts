/** A worker to whom the third failure of a document is the first: it is tried five times, with the shortest pause before each of the first three repeats. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startWorker } from "../../../continuum-report/service/jobs/start-worker.ts";
import { workerConfig } from "../../../continuum-report/service/jobs/worker-config.ts";
import { workerParts } from "../../../continuum-report/service/jobs/worker-parts.ts";
import type { WorkLedger } from "../../../continuum-report/service/store/work-ledger.ts";

const forgotten = 2;

function forgetful(ledger: WorkLedger): WorkLedger {
  return {
    ...ledger,
    async begin(job) {
      const document = await ledger.begin(job);
      return { ...document, failedAttempts: Math.max(0, document.failedAttempts - forgotten) };
    },
  };
}

await runEntry(() => {
  const parts = workerParts(workerConfig(process.env));
  return startWorker({ ...parts, ledger: forgetful(parts.ledger) });
});
