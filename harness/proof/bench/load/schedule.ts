/** Whether the schedule of the open model is kept: how late requests are begun, beside the tools that say so of themselves. */

import { figuresOf, interleave, median, roundsIn, type Samples } from "../rounds.ts";
import { figure, type BenchTable } from "../table.ts";
import { connections, orNote, type Contest } from "./contest.ts";
import { runOwn } from "./own.ts";
import { runPeer, type Peer } from "./peers.ts";

const windowMs = 10_000;
const rounds = 2;
const limitMs = 240_000;
const rates = [2000, 10_000];

interface Kept {
  ratePerSecond: number;
  /** null of tools whose requests are not counted here. */
  perSecond: number | null;
  dropped: number | null;
  lagP99Ms: number | null;
  responseP99Ms: number | null;
}

/** `highestPerSecond`: what our engine holds with all checks; half of it is one of the rates. */
export async function scheduleTable(contest: Contest, highestPerSecond: number): Promise<BenchTable> {
  const { server, cores, peers, signal } = contest;
  const notes: string[] = [];
  const vegeta = peers.find(({ name }) => name === "vegeta");
  const all = [...rates, Math.round(highestPerSecond / 2)];
  const contenders = all.flatMap((ratePerSecond): [string, () => Promise<Kept>][] => {
    const own = (): Promise<Kept> => runOwn("full", { server, ratePerSecond, windowMs, connections, core: cores.generator });
    const rows: [string, () => Promise<Kept>][] = [[`roadworthy, ${figure(ratePerSecond)}/s`, own]];
    if (vegeta !== undefined) rows.push([`vegeta, ${figure(ratePerSecond)}/s`, () => peerKept(contest, { peer: vegeta, ratePerSecond, notes })]);
    return rows;
  });
  const samples = await interleave(new Map(contenders), { rounds, limitMs, signal, hasWarmUp: false });
  return { ...tableOf(samples, contest), notes: [...notes, "wrk, hey and autocannon have no schedule to keep; k6 does not say how late it was"] };
}

async function peerKept({ server, cores }: Contest, run: { peer: Peer; ratePerSecond: number; notes: string[] }): Promise<Kept> {
  const { peer, ratePerSecond, notes } = run;
  const order = { url: `http://127.0.0.1:${server.port}/`, ratePerSecond, seconds: windowMs / 1000, connections, core: cores.generator };
  const said = await orNote(`${peer.name}, ${ratePerSecond}/s`, notes, () => runPeer(peer, "open", order));
  return { ratePerSecond, perSecond: null, dropped: null, lagP99Ms: said?.lagP99Ms ?? null, responseP99Ms: said?.p99Ms ?? null };
}

function tableOf(samples: Samples<Kept>, { server, cores }: Contest): BenchTable {
  return {
    title: "load: is the schedule kept",
    conditions: [
      `${connections} connections to ${server.name}; ${cores.says}; about ${windowMs / 1000} s from a standing start, ${roundsIn(samples)} in turn, medians; the last pair at half of what roadworthy can hold`,
      "start lag: from the instant that the schedule says to the sending of the request; vegeta's from its own results; its latencies count from the sending",
    ],
    head: ["tool, offered", "answered/offered", "dropped", "start lag p99 ms", "worst round", "response p99 ms"],
    rows: [...samples].map(([name, list]) => {
      const of = (pick: (kept: Kept) => number | null): string => figure(median(figuresOf(samples, name, (kept) => pick(kept) ?? Number.NaN)));
      return [
        name,
        of(({ perSecond, ratePerSecond }) => (perSecond === null ? null : perSecond / ratePerSecond)),
        of(({ dropped }) => dropped),
        of(({ lagP99Ms }) => lagP99Ms),
        figure(Math.max(...list.map(({ lagP99Ms }) => lagP99Ms ?? Number.NaN))),
        of(({ responseP99Ms }) => responseP99Ms),
      ];
    }),
  };
}
