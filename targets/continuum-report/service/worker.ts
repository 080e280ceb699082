/** One worker process; normally started by worker-supervisor.ts. */

import { runEntry } from "./base/lifecycle.ts";
import { startWorker } from "./jobs/start-worker.ts";
import { workerConfig } from "./jobs/worker-config.ts";
import { workerParts } from "./jobs/worker-parts.ts";

await runEntry(() => startWorker(workerParts(workerConfig(process.env))));
