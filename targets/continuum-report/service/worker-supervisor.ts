/** The supervisor of the workers: starts, replaces and scales them, and brings back what dead ones held. */

import { runEntry } from "./base/lifecycle.ts";
import { startSupervisor } from "./supervise/start-supervisor.ts";
import { supervisorConfig } from "./supervise/supervisor-config.ts";
import { supervisorParts } from "./supervise/supervisor-parts.ts";

await runEntry(() => startSupervisor(supervisorParts(supervisorConfig(process.env))));
