/**
 * Stands in for a harness that is killed in the middle of many faults: `node crash.fixture.ts <json of { run, stateFolder }>` boots two
 * stores, injects one fault of each way to heal, says what runs, and waits.
 */

import { tmpdir } from "node:os";
import { dice } from "../../base/random.ts";
import { timeoutSignal } from "../../base/time.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { bootEmbedded } from "../stack/embedded.ts";
import { runQuery } from "../stack/query.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { injectFault, unavailableFault } from "./index.ts";

interface Wish {
  run: string;
  stateFolder: string;
}

const wish: Wish = JSON.parse(process.argv[2] ?? "{}");
const supervisor = await startSupervisor(wish);
const started = new Set<string>();
supervisor.onNotice((notice) => {
  if (notice.notice === "started") started.add(notice.child);
});
const signal = timeoutSignal(60_000);
const target = targetSchema.parse({ name: "crash", title: "Crash", nodes: { postgres: { kind: "postgres", diskMiB: 160 }, redis: { kind: "redis", diskMiB: 16 } } });
const stack = await bootEmbedded(target, { supervisor, run: wish.run, targetFolder: tmpdir(), proxyKind: "embedded", onProgress: () => {}, signal });
await runQuery({ via: "sql", node: "postgres", statement: "create table locked (id int)" }, stack.addresses, { timeoutMs: 5_000 });
const specs: FaultSpec[] = [
  { kind: "postgres-read-only", node: "postgres" },
  { kind: "postgres-table-lock", node: "postgres", table: "locked" },
  { kind: "redis-memory-full", node: "redis" },
  { kind: "disk-full", node: "redis" },
  { kind: "process-pause", node: "postgres", command: "checkpointer", count: 1, first: false },
  { kind: "process-pause", node: "redis", count: 1, first: true },
  { kind: "cpu-hog", node: "redis", processes: 1 },
];
for (const spec of specs) {
  if (unavailableFault(spec, stack) === null) await injectFault(spec, stack, { holdMs: 60_000, roll: dice(1, spec.kind), signal });
}
// Those of short tools that have ended are known no more.
const lists = await Promise.allSettled([...started].map((child) => supervisor.processes(child)));
const pids = lists.flatMap((list) => (list.status === "fulfilled" ? list.value.map(({ pid }) => pid) : []));
process.stdout.write(`${JSON.stringify({ pids, scratchFolder: supervisor.scratchFolder })}\n`);
