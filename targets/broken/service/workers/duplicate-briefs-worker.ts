/** A worker that does not trust the answer to a store: one document in ten is stored once more, and nothing in the tables prevents it. */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import type { WorkLedger } from "../../../continuum-report/service/store/work-ledger.ts";
import { seededFraction } from "../../../continuum-report/service/upstream/seeded.ts";
import { startWorker } from "../../../continuum-report/service/jobs/start-worker.ts";
import { workerConfig } from "../../../continuum-report/service/jobs/worker-config.ts";
import { workerParts } from "../../../continuum-report/service/jobs/worker-parts.ts";

const shareStoredTwice = 0.1;

function storeTwice(ledger: WorkLedger): WorkLedger {
  return {
    ...ledger,
    async complete(documentId, brief) {
      await ledger.complete(documentId, brief);
      if (seededFraction(brief.text) < shareStoredTwice) await ledger.complete(documentId, brief);
    },
  };
}

await runEntry(() => {
  const parts = workerParts(workerConfig(process.env));
  return startWorker({ ...parts, ledger: storeTwice(parts.ledger) });
});
