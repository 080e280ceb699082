/** What a proxy costs: requests and answers over TCP, direct and through each proxy, measured in turn. */

import { z } from "zod";
import { startModule } from "./child.ts";
import { openExchanges, type ExchangeFigures, type Exchanges } from "./proxy/exchanges.ts";
import { payloadBytes } from "./proxy/exchange-size.ts";
import { findToxiproxy, startEmbedded, startToxiproxy, type BenchProxy } from "./proxy/proxies.ts";
import { figuresOf, interleave, median, ratioOf, roundsIn, type Samples } from "./rounds.ts";
import { figure, type BenchTable } from "./table.ts";

const rounds = 7;
const sliceMs = 400;
const limitMsPerTable = 13_000;
const connectionCounts = [1, 50];
const direct = "direct";

const addressSchema = z.object({ port: z.int() });

export async function benchProxy(signal: AbortSignal): Promise<BenchTable[]> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(startModule("harness/proof/bench/proxy/exchange-server"));
  const { port } = addressSchema.parse(JSON.parse(await server.line()));
  const proxies = [stack.use(await startEmbedded())];
  const toxiproxy = findToxiproxy();
  if (toxiproxy !== null) proxies.push(stack.use(await startToxiproxy(toxiproxy)));
  const tables: BenchTable[] = [];
  // One after the other: they would measure one another.
  for (const connections of connectionCounts) tables.push(await compare({ port, proxies, connections, signal }));
  return tables;
}

interface Comparison {
  port: number;
  proxies: readonly BenchProxy[];
  connections: number;
  signal: AbortSignal;
}

async function compare({ port, proxies, connections, signal }: Comparison): Promise<BenchTable> {
  using open = new DisposableStack();
  const straight = open.use(await openExchanges({ host: "127.0.0.1", port }, connections));
  const contenders = new Map<string, () => Promise<ProxyFigures>>([[direct, () => measure(straight, null)]]);
  for (const proxy of proxies) {
    const exchanges = open.use(await openExchanges(await proxy.link(`bench-${connections}`, port), connections));
    contenders.set(proxy.name, () => measure(exchanges, proxy));
  }
  return tableOf(connections, await interleave(contenders, { rounds, limitMs: limitMsPerTable, signal }));
}

interface ProxyFigures extends ExchangeFigures {
  /** Of the proxy's process meanwhile; null where there is none, or no way to know. */
  cpuMs: number | null;
}

async function measure(exchanges: Exchanges, proxy: BenchProxy | null): Promise<ProxyFigures> {
  const beforeMs = proxy?.cpuMs() ?? null;
  const figures = await exchanges.run(sliceMs);
  const afterMs = proxy?.cpuMs() ?? null;
  return { ...figures, cpuMs: beforeMs === null || afterMs === null ? null : afterMs - beforeMs };
}

function tableOf(connections: number, samples: Samples<ProxyFigures>): BenchTable {
  return {
    title: `proxy: ${connections} connection${connections === 1 ? "" : "s"}`,
    conditions: [
      `${payloadBytes / 1024} KiB there and ${payloadBytes / 1024} KiB back, one exchange at a time on a connection; client, server and proxies in a process each; no toxics`,
      `${roundsIn(samples)} of ${sliceMs} ms each in turn, after one to warm up; medians, ratios taken inside a round`,
    ],
    head: ["way", "exchanges/s", "ratio to direct", "lowest", "highest", "p50 ms", "p99 ms", "proxy CPU µs/exchange"],
    rows: [...samples.keys()].map((name) => {
      const ratio = ratioOf(samples, { contender: name, base: direct }, (sample) => sample.perSecond);
      const of = (pick: (sample: ProxyFigures) => number): string => figure(median(figuresOf(samples, name, pick)));
      return [name, of((sample) => sample.perSecond), figure(ratio.median), figure(ratio.low), figure(ratio.high), of((sample) => sample.p50Ms), of((sample) => sample.p99Ms), cpuOf(samples.get(name) ?? [])];
    }),
    notes: samples.size > 2 ? [] : ["Toxiproxy: not found (put toxiproxy-server on PATH, or name it in TOXIPROXY)"],
  };
}

/** Over all rounds together, because the system counts in steps of 10 ms. */
function cpuOf(samples: readonly ProxyFigures[]): string {
  const sum = (pick: (sample: ProxyFigures) => number): number => samples.reduce((total, sample) => total + pick(sample), 0);
  return samples.some(({ cpuMs }) => cpuMs === null) ? "–" : figure((1000 * sum(({ cpuMs }) => cpuMs ?? 0)) / sum(({ count }) => count));
}
