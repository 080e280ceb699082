/**
 * The open-model engine beside other load tools, against the same server and each on its core: how many requests a second of CPU time
 * gives, whether the schedule is kept, and whether the latencies that are reported are those that the server gave.
 */

import { chooseCores } from "./load/cores.ts";
import { latencyTable } from "./load/latency-error.ts";
import { foundPeers } from "./load/peers.ts";
import { scheduleTable } from "./load/schedule.ts";
import { startAnswerServer } from "../servers/answer-server.ts";
import { throughputTable } from "./load/throughput.ts";
import type { BenchTable } from "./table.ts";

export async function benchLoad(signal: AbortSignal): Promise<BenchTable[]> {
  const cores = chooseCores();
  const { found, missing } = foundPeers();
  await using server = await startAnswerServer(cores.server);
  const bench = { server, cores, peers: found, signal };
  const { table, fullPerSecond } = await throughputTable(bench);
  const tables = [table, await scheduleTable(bench, fullPerSecond), await latencyTable(bench)];
  const notes = missing.length === 0 ? [] : [`not found: ${missing.join(", ")}; \`npm run bench:install\` gets them`];
  return tables.map((each) => ({ ...each, notes: [...(each.notes ?? []), ...notes] }));
}
