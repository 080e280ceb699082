/** One worker process; normally started by worker-supervisor.ts. */

import { runEntry } from "./base/lifecycle.ts";
import { startWorker } from "./work/start-worker.ts";
import { workerConfig } from "./work/worker-config.ts";
import { workerParts } from "./work/worker-parts.ts";

await runEntry(() => startWorker(workerParts(workerConfig(process.env))));
