/** What a proxy costs: requests and answers over TCP, direct and through each proxy, measured in turn. */

import { z } from "zod";
import { startModule } from "./child.ts";
import { openExchanges, type ExchangeFigures, type Exchanges } from "./exchanges.ts";
import { payloadBytes } from "./exchange-size.ts";
import { findToxiproxy, startEmbedded, startToxiproxy, type BenchProxy } from "./proxies.ts";
import { figuresOf, interleave, median, ratioOf, type Samples } from "./rounds.ts";
import { figure, type BenchTable } from "./table.ts";

const rounds = 7;
const sliceMs = 400;
const limitMsPerTable = 13_000;
const connectionCounts = [1, 50];
const direct = "direct";

const addressSchema = z.object({ port: z.int() });

export async function benchProxy(signal: AbortSignal): Promise<BenchTable[]> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(startModule("harness/proof/bench/exchange-server"));
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
  const contenders = new Map<string, Exchanges>([[direct, open.use(await openExchanges({ host: "127.0.0.1", port }, connections))]]);
  for (const proxy of proxies) {
    const address = await proxy.link(`bench-${connections}`, port);
    contenders.set(proxy.name, open.use(await openExchanges(address, connections)));
  }
  const measures = new Map([...contenders].map(([name, exchanges]) => [name, () => exchanges.run(sliceMs)]));
  return tableOf(connections, await interleave(measures, { rounds, limitMs: limitMsPerTable, signal }));
}

function tableOf(connections: number, samples: Samples<ExchangeFigures>): BenchTable {
  const done = samples.get(direct)?.length ?? 0;
  return {
    title: `proxy: ${connections} connection${connections === 1 ? "" : "s"}`,
    conditions: [
      `${payloadBytes / 1024} KiB there and ${payloadBytes / 1024} KiB back, one exchange at a time on a connection; client, server and proxies in a process each; no toxics`,
      `${done} rounds of ${sliceMs} ms each in turn, after one to warm up; medians, ratios taken inside a round`,
    ],
    head: ["way", "exchanges/s", "ratio to direct", "lowest", "highest", "p50 ms", "p99 ms"],
    rows: [...samples.keys()].map((name) => {
      const ratio = ratioOf(samples, { contender: name, base: direct }, (sample) => sample.perSecond);
      const of = (pick: (sample: ExchangeFigures) => number): string => figure(median(figuresOf(samples, name, pick)));
      return [name, of((sample) => sample.perSecond), figure(ratio.median), figure(ratio.low), figure(ratio.high), of((sample) => sample.p50Ms), of((sample) => sample.p99Ms)];
    }),
    notes: samples.size > 2 ? [] : ["Toxiproxy: not found (put toxiproxy-server on PATH, or name it in TOXIPROXY)"],
  };
}
