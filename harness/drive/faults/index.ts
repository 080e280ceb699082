/** The table of faults. A new one: see the README. */

import type { FaultKind, FaultSpec } from "../../scenario/fault.ts";
import type { Stack } from "../stack/stack.ts";
import type { ActiveFault, Fault, InjectContext } from "./fault.ts";
import { ownCommand } from "./command.ts";
import { cpuHog } from "./cpu-hog.ts";
import { diskFull } from "./disk-full.ts";
import { httpAnswer } from "./http-answer.ts";
import { httpMalformed } from "./http-malformed.ts";
import { httpSlow } from "./http-slow.ts";
import { linkBandwidth } from "./link-bandwidth.ts";
import { linkCorrupt } from "./link-corrupt.ts";
import { linkDown } from "./link-down.ts";
import { linkLatency } from "./link-latency.ts";
import { linkLimit } from "./link-limit.ts";
import { linkPartition } from "./link-partition.ts";
import { linkReset } from "./link-reset.ts";
import { linkSlice } from "./link-slice.ts";
import { linkStall } from "./link-stall.ts";
import { nodeDisconnect } from "./node-disconnect.ts";
import { nodeKill } from "./node-kill.ts";
import { nodeLimit } from "./node-limit.ts";
import { nodePause } from "./node-pause.ts";
import { nodeStop } from "./node-stop.ts";
import { postgresConnectionsExhausted } from "./postgres-connections-exhausted.ts";
import { postgresKillBackend } from "./postgres-kill-backend.ts";
import { postgresKillPostmaster } from "./postgres-kill-postmaster.ts";
import { postgresReadOnly } from "./postgres-read-only.ts";
import { postgresTableLock } from "./postgres-table-lock.ts";
import { processKill } from "./process-kill.ts";
import { processPause } from "./process-pause.ts";
import { processTerminate } from "./process-terminate.ts";
import { redisFlush } from "./redis-flush.ts";
import { redisMemoryFull } from "./redis-memory-full.ts";
import { redisPause } from "./redis-pause.ts";
import { storeDestroy } from "./store-destroy.ts";

type FaultTable = { readonly [Kind in FaultKind]: Fault<Extract<FaultSpec, { kind: Kind }>> };

/** Leaving one out does not compile. */
export const faults: FaultTable = {
  "link-down": linkDown,
  "link-latency": linkLatency,
  "link-stall": linkStall,
  "link-reset": linkReset,
  "link-partition": linkPartition,
  "link-corrupt": linkCorrupt,
  "link-bandwidth": linkBandwidth,
  "link-slice": linkSlice,
  "link-limit": linkLimit,
  "http-answer": httpAnswer,
  "http-malformed": httpMalformed,
  "http-slow": httpSlow,
  "node-stop": nodeStop,
  "node-kill": nodeKill,
  "node-pause": nodePause,
  "node-disconnect": nodeDisconnect,
  "node-limit": nodeLimit,
  "process-kill": processKill,
  "process-terminate": processTerminate,
  "process-pause": processPause,
  "postgres-kill-backend": postgresKillBackend,
  "postgres-kill-postmaster": postgresKillPostmaster,
  "postgres-connections-exhausted": postgresConnectionsExhausted,
  "postgres-table-lock": postgresTableLock,
  "postgres-read-only": postgresReadOnly,
  "redis-pause": redisPause,
  "redis-flush": redisFlush,
  "redis-memory-full": redisMemoryFull,
  "store-destroy": storeDestroy,
  "disk-full": diskFull,
  command: ownCommand,
  "cpu-hog": cpuHog,
};

/** Why the fault cannot run against this stack, or null when it can. */
export function unavailableFault<Kind extends FaultKind>(spec: Extract<FaultSpec, { kind: Kind }>, stack: Stack): string | null {
  return rowOf<Kind>(spec.kind).unavailable(spec, stack);
}

/** Errors: `fault-unavailable`, `proxy-unavailable`, `cannot-write` when its undo cannot be journalled. Nothing is left in effect then. */
export async function injectFault<Kind extends FaultKind>(spec: Extract<FaultSpec, { kind: Kind }>, stack: Stack, context: InjectContext): Promise<ActiveFault> {
  return await rowOf<Kind>(spec.kind).inject(spec, stack, context);
}

function rowOf<Kind extends FaultKind>(kind: Kind): FaultTable[Kind] {
  return faults[kind];
}

/** The README's table. */
export function faultTable(): string {
  const rows = Object.entries(faults).map(([kind, { about }]) => `| \`${kind}\` | ${about.does} | ${about.undo} | ${about.felt} | ${about.settled} |`);
  return ["| fault | does | undo | felt when | settled when |", "|---|---|---|---|---|", ...rows, ""].join("\n");
}
