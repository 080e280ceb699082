/** The open-model engine against a small server: does it keep its schedule, and what does that cost? */

import { z } from "zod";
import { messageOf } from "../../base/error.ts";
import { startModule } from "./child.ts";
import { foundPeers, runPeer, type LoadPeer } from "./load/peers.ts";
import { runLoad, type LoadFigures } from "./load/engine-run.ts";
import { figuresOf, interleave, median, roundsIn, spreadOf, type Samples } from "./rounds.ts";
import { figure, type BenchTable } from "./table.ts";

const rates = [500, 2000];
const seconds = 2;
const connections = 50;
const rounds = 3;
/** With other tools at hand the two tables share the time. */
const limitMs = { alone: 23_000, beside: 20_000, peers: 5000 };

const addressSchema = z.object({ port: z.int() });

export async function benchLoad(signal: AbortSignal): Promise<BenchTable[]> {
  await using server = startModule("harness/proof/bench/load/http-server");
  const { port } = addressSchema.parse(JSON.parse(await server.line()));
  const runs = rates.map((ratePerSecond): [string, () => Promise<LoadFigures>] => [
    String(ratePerSecond),
    () => runLoad({ port, ratePerSecond, totalMs: seconds * 1000, connections }),
  ]);
  const { found, missing } = foundPeers();
  const engine = await interleave(new Map(runs), { rounds, limitMs: found.length === 0 ? limitMs.alone : limitMs.beside, signal });
  const table = engineTable(engine, missing);
  return found.length === 0 ? [table] : [table, await peerTable(found, port, signal)];
}

function engineTable(samples: Samples<LoadFigures>, missing: readonly string[]): BenchTable {
  return {
    title: "load: the open-model engine",
    conditions: [
      `GET with a JSON answer of about 80 bytes from one process of node:http; ${connections} connections; status checked, every request in the log; ${seconds} s a round`,
      `${roundsIn(samples)} in turn, after one to warm up; medians; start lag is measured on each request, from the intended to the actual start`,
    ],
    head: ["offered/s", "sent in time/offered", "lowest", "dropped", "failed", "start lag p50 ms", "p99 ms", "worst p99 ms", "response p99 ms", "CPU of a core"],
    rows: [...samples.keys()].map((rate) => {
      const of = (pick: (sample: LoadFigures) => number): string => figure(median(figuresOf(samples, rate, pick)));
      const share = spreadOf(figuresOf(samples, rate, ({ sentInTime, offered }) => sentInTime / offered));
      const worst = Math.max(...figuresOf(samples, rate, ({ startLagP99Ms }) => startLagP99Ms));
      return [
        rate,
        share.median.toFixed(4),
        share.low.toFixed(4),
        sum(samples, rate, ({ dropped }) => dropped),
        sum(samples, rate, ({ failed }) => failed),
        of(({ startLagP50Ms }) => startLagP50Ms),
        of(({ startLagP99Ms }) => startLagP99Ms),
        figure(worst),
        of(({ responseP99Ms }) => responseP99Ms),
        `${Math.round(median(figuresOf(samples, rate, ({ cpuPercent }) => cpuPercent)))} %`,
      ];
    }),
    notes: missing.length === 0 ? [] : [`not found on PATH: ${missing.join(", ")}`],
  };
}

function sum(samples: Samples<LoadFigures>, rate: string, pick: (sample: LoadFigures) => number): string {
  return String(figuresOf(samples, rate, pick).reduce((total, value) => total + value, 0));
}

interface PeerFigures {
  /** What it was told to send; of the closed ones, nothing. */
  offeredPerSecond: number | null;
  /** Not a number when it failed. */
  perSecond: number;
}

async function peerTable(peers: readonly LoadPeer[], port: number, signal: AbortSignal): Promise<BenchTable> {
  const url = `http://127.0.0.1:${port}/`;
  const failures: string[] = [];
  const failed = (peer: LoadPeer, error: unknown): number => {
    failures.push(`${peer.name} failed: ${messageOf(error)}`);
    return Number.NaN;
  };
  const contenders = peers.flatMap((peer) => {
    const offers = peer.model === "open" ? rates : [0];
    return offers.map((ratePerSecond): [string, () => Promise<PeerFigures>] => [
      peer.model === "open" ? `${peer.name}, ${ratePerSecond}/s` : `${peer.name}, closed model`,
      async () => ({
        offeredPerSecond: ratePerSecond === 0 ? null : ratePerSecond,
        // Someone else's tool that fails here is a line of the table, not the end of the bench.
        perSecond: await runPeer(peer, { url, ratePerSecond, seconds: 1, connections }).catch((error: unknown) => failed(peer, error)),
      }),
    ]);
  });
  const samples = await interleave(new Map(contenders), { rounds: 1, limitMs: limitMs.peers, signal, hasWarmUp: false });
  return {
    title: "load: other tools, same server",
    conditions: [`${connections} connections, one thread where that can be said; 1 s each, once; they check less and log nothing`],
    head: ["tool", "requests/s", "of what was offered"],
    rows: [...samples].map(([name, [sample]]) => {
      if (sample === undefined) return [name, "–", "–"];
      const { perSecond, offeredPerSecond } = sample;
      return [name, figure(perSecond), offeredPerSecond === null ? "–" : figure(perSecond / offeredPerSecond)];
    }),
    notes: failures,
  };
}
