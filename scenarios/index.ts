/** The tables of scenarios and suites: a name on the command line is a row here. */

import type { ScenarioDefinition, Suite } from "../harness/index.ts";
import { backupRestore } from "./backup-restore.ts";
import { capacity } from "./capacity.ts";
import { postgresOutage } from "./postgres-outage.ts";
import { redisLatency } from "./redis-latency.ts";
import { redisOutage } from "./redis-outage.ts";
import { steady } from "./steady.ts";
import { storesStrained } from "./stores-strained.ts";
import { gate, nightly, rehearsal } from "./suites.ts";
import { unsteadyNetwork } from "./unsteady-network.ts";
import { upstreamSlow } from "./upstream-slow.ts";
import { workerKill } from "./worker-kill.ts";

export const scenarios: readonly ScenarioDefinition[] = [steady, postgresOutage, redisOutage, redisLatency, workerKill, storesStrained, upstreamSlow, unsteadyNetwork, capacity, backupRestore];
export const suites: readonly Suite[] = [gate, nightly, rehearsal];
