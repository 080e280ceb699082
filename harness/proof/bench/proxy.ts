/** What a proxy costs: requests and answers over TCP, direct and through each proxy, measured in turn; without a toxic and with one that delays by 0 ms. */

import { z } from "zod";
import { startModule } from "./child.ts";
import { openExchanges, type ExchangeFigures, type Exchanges, type Workload } from "./proxy/exchanges.ts";
import { memoryPerConnection, memoryConnections } from "./proxy/memory.ts";
import { direct, rowsOf, type ProxyFigures, type Row } from "./proxy/proxy-rows.ts";
import { findToxiproxy, startEmbedded, startToxiproxy, type BenchProxy } from "./proxy/proxies.ts";
import { interleave, roundsIn, type Samples } from "./rounds.ts";
import type { BenchTable } from "./table.ts";

const rounds = 7;
const sliceMs = 400;
/** With hundreds of connections a short slice is mostly its beginning and its end. */
const longSliceMs = 1000;
const manyConnections = 500;
const limitMsPerWorkload = 11_000;

const small = { requestBytes: 128, answerBytes: 128, depth: 1 };

const workloads = {
  one: { ...small, connections: 1 },
  fifty: { ...small, connections: 50 },
  fiveHundred: { ...small, connections: manyConnections },
  pipelined: { ...small, connections: 20, depth: 16 },
  values: { connections: 20, depth: 1, requestBytes: 128, answerBytes: 65_536 },
  bulk: { connections: 1, depth: 1, requestBytes: 128, answerBytes: 16_777_216 },
} as const satisfies Record<string, Workload>;

type WorkloadName = keyof typeof workloads;

const rows: readonly Row<WorkloadName>[] = [
  { title: "exchanges/s, 1 connection", of: "one", pick: (sample) => sample.perSecond, better: "more" },
  { title: "exchanges/s, 50 connections", of: "fifty", pick: (sample) => sample.perSecond, better: "more" },
  { title: "exchanges/s, 500 connections", of: "fiveHundred", pick: (sample) => sample.perSecond, better: "more" },
  { title: "exchanges/s, 20 × 16 pipelined", of: "pipelined", pick: (sample) => sample.perSecond, better: "more" },
  { title: "answers of 64 KiB/s, 20 connections", of: "values", pick: (sample) => sample.perSecond, better: "more" },
  { title: "bulk MB/s, 1 connection", of: "bulk", pick: (sample) => (sample.perSecond * workloads.bulk.answerBytes) / 1_000_000, better: "more" },
  { title: "added p50 µs, 1 connection", of: "one", pick: (sample) => sample.p50Ms * 1000, better: "less", isAdded: true },
  { title: "added p99 µs, 1 connection", of: "one", pick: (sample) => sample.p99Ms * 1000, better: "less", isAdded: true },
  { title: "proxy CPU µs/exchange, 1 connection", of: "one", pick: (sample) => (sample.cpuMs * 1000) / sample.count, better: "less" },
  { title: "proxy CPU µs/exchange, 50 connections", of: "fifty", pick: (sample) => (sample.cpuMs * 1000) / sample.count, better: "less" },
  { title: "proxy CPU ms/GB, bulk", of: "bulk", pick: (sample) => (sample.cpuMs * 1_000_000_000) / (sample.count * workloads.bulk.answerBytes), better: "less" },
];

const addressSchema = z.object({ port: z.int() });

export async function benchProxy(signal: AbortSignal): Promise<BenchTable[]> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(startModule("harness/proof/bench/proxy/exchange-server"));
  const { port } = addressSchema.parse(JSON.parse(await server.line()));
  const toxiproxy = findToxiproxy();
  const tables: BenchTable[] = [];
  // One after the other: they would measure one another. Memory comes first, while the processes are fresh.
  for (const isToxic of [false, true]) {
    await using fresh = new AsyncDisposableStack();
    const proxies = [fresh.use(await startEmbedded())];
    if (toxiproxy !== null) proxies.push(fresh.use(await startToxiproxy(toxiproxy)));
    const memory = await memoryPerConnection(proxies, port, isToxic);
    const samples = new Map<WorkloadName, Samples<ProxyFigures>>();
    for (const [name, workload] of entriesOf(workloads)) samples.set(name, await compare({ name, workload, port, proxies, isToxic, signal }));
    tables.push(tableOf(samples, memory, isToxic));
  }
  return tables;
}

function entriesOf<Name extends string, Value>(record: Readonly<Record<Name, Value>>): [Name, Value][] {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names.map((name) => [name, record[name]]);
}

interface Comparison {
  name: string;
  workload: Workload;
  port: number;
  proxies: readonly BenchProxy[];
  isToxic: boolean;
  signal: AbortSignal;
}

async function compare({ name, workload, port, proxies, isToxic, signal }: Comparison): Promise<Samples<ProxyFigures>> {
  using open = new DisposableStack();
  const straight = open.use(await openExchanges({ host: "127.0.0.1", port }, workload));
  const contenders = new Map<string, () => Promise<ProxyFigures>>([[direct, () => measure(straight, null, workload)]]);
  for (const proxy of proxies) {
    const exchanges = open.use(await openExchanges(await proxy.link(`${name}-${isToxic ? "toxic" : "plain"}`, port, isToxic), workload));
    contenders.set(proxy.name, () => measure(exchanges, proxy, workload));
  }
  return await interleave(contenders, { rounds, limitMs: limitMsPerWorkload, signal });
}

async function measure(exchanges: Exchanges, proxy: BenchProxy | null, { connections }: Workload): Promise<ProxyFigures> {
  const beforeMs = proxy?.cpuMs() ?? Number.NaN;
  const figures: ExchangeFigures = await exchanges.run(connections < manyConnections ? sliceMs : longSliceMs);
  return { ...figures, cpuMs: (proxy?.cpuMs() ?? Number.NaN) - beforeMs };
}

function tableOf(samples: ReadonlyMap<WorkloadName, Samples<ProxyFigures>>, memory: ReadonlyMap<string, number>, isToxic: boolean): BenchTable {
  const [first] = samples.values();
  const names = [...(first?.keys() ?? [])];
  return {
    title: `proxy, ${isToxic ? "with a latency toxic of 0 ms" : "without a toxic"}`,
    conditions: [
      "128 bytes there and 128 back unless said otherwise; one exchange at a time on a connection unless pipelined; client, server and proxies in a process each",
      `${first === undefined ? "no rounds" : roundsIn(first)} of ${sliceMs} ms (${longSliceMs} ms with ${manyConnections} connections) each in turn, after one to warm up; medians; memory: growth of the resident set by ${memoryConnections} connections with one exchange each`,
      "ratio: how much better the first proxy is than the second, above 1 in its favour; taken inside a round, with the lowest and the highest",
    ],
    head: ["measure", ...names, "ratio", "lowest", "highest"],
    rows: rowsOf(rows, samples, { title: "memory KiB/connection", figures: memory }),
    notes: names.length > 2 ? [] : ["Toxiproxy: not found (put toxiproxy-server on PATH, or name it in TOXIPROXY)"],
  };
}
