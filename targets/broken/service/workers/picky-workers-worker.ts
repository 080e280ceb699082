/** A worker that takes every fortieth document, by its number, for unreadable. It is tried three times and buried, as a bad one should be. */

import { DocumentFault } from "../../../continuum-report/service/base/failure.ts";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import type { BriefWriter } from "../../../continuum-report/service/jobs/brief-writer.ts";
import { startWorker } from "../../../continuum-report/service/jobs/start-worker.ts";
import { workerConfig } from "../../../continuum-report/service/jobs/worker-config.ts";
import { workerParts } from "../../../continuum-report/service/jobs/worker-parts.ts";

const everyNth = 40;

function picky(writer: BriefWriter): BriefWriter {
  return {
    ...writer,
    async readDocument(documentId, signal) {
      const content = await writer.readDocument(documentId, signal);
      const number = Number(/\d+$/.exec(documentId)?.[0] ?? 1);
      if (number % everyNth === 0) throw new DocumentFault("this kind of document is not supported");
      return content;
    },
  };
}

await runEntry(() => {
  const parts = workerParts(workerConfig(process.env));
  return startWorker({ ...parts, writer: picky(parts.writer) });
});
