/** How many requests a load tool sends for each second of CPU time, as fast as it can. */

import { figuresOf, interleave, median, ratioOf, roundsIn, type Samples } from "../rounds.ts";
import { figure, type BenchTable } from "../table.ts";
import { connections, orNote, type Contest } from "./contest.ts";
import { capacityOf, runOwn, type Kind, type OpenKind } from "./own.ts";
import { watchPeer, type Model, type Peer } from "./peers.ts";
import { windowOf, type Window } from "./window.ts";

const windowMs = 2000;
const rounds = 3;
const limitMs = 110_000;
/** Of what it can do, offered in the open model: it keeps up, and has no time to rest. */
const offeredShare = 0.97;
/** A tool is ended when the window is over; until then it must not end by itself. */
const peerSeconds = 15;
/** Of k6's own speed in the closed model: it is offered that much in the open one. */
const openShare = 0.9;

const ownNames: Readonly<Record<Kind, string>> = { full: "roadworthy, open, all checks", closed: "roadworthy, closed, all checks", bare: "roadworthy, open, no checks" };

export async function throughputTable(contest: Contest): Promise<{ table: BenchTable; fullPerSecond: number }> {
  const { server, cores, peers, signal } = contest;
  const notes: string[] = [];
  const order = { server, windowMs, connections, core: cores.generator };
  const full = (await capacityOf("full", order)) * offeredShare;
  const bare = (await capacityOf("bare", order)) * offeredShare;
  const contenders = new Map<string, () => Promise<Window>>([
    [ownNames.full, () => runOwn("full", { ...order, ratePerSecond: Math.round(full) })],
    [ownNames.bare, () => runOwn("bare", { ...order, ratePerSecond: Math.round(bare) })],
    [ownNames.closed, () => runOwn("closed", { ...order, ratePerSecond: 0 })],
    ...peers.map((peer): [string, () => Promise<Window>] => [`${peer.name}, closed`, () => peerWindow(contest, { peer, model: "closed", notes })]),
  ]);
  const k6 = peers.find(({ name }) => name === "k6");
  if (k6 !== undefined) {
    const closed = await peerWindow(contest, { peer: k6, model: "closed", notes });
    const ratePerSecond = Math.round(closed.perSecond * openShare);
    if (ratePerSecond > 0) {
      contenders.set("k6, open", () => peerWindow(contest, { peer: k6, model: "open", notes, ratePerSecond }));
      contenders.set("k6, open, checks", () => peerWindow(contest, { peer: k6, model: "checked", notes, ratePerSecond }));
    }
  }
  const samples = await interleave(contenders, { rounds, limitMs, signal, hasWarmUp: false });
  return { table: { ...tableOf(samples, contest, { full, bare }), notes }, fullPerSecond: full };
}

interface PeerRun {
  peer: Peer;
  model: Model;
  notes: string[];
  ratePerSecond?: number;
}

async function peerWindow({ server, cores }: Contest, { peer, model, notes, ratePerSecond = 0 }: PeerRun): Promise<Window> {
  const order = { url: `http://127.0.0.1:${server.port}/`, ratePerSecond, seconds: peerSeconds, connections, core: cores.generator };
  const window = await orNote(`${peer.name}, ${model}`, notes, () => watchPeer(peer, model, { ...order, watch: (child) => windowOf(child, server, windowMs) }));
  return window ?? { perSecond: Number.NaN, perCoreSecond: null, cores: null };
}

const perCoreSecond = (window: Window): number => window.perCoreSecond ?? Number.NaN;

function tableOf(samples: Samples<Window>, { server, cores }: Contest, offered: Readonly<Record<OpenKind, number>>): BenchTable {
  const beside = (contender: string, base: string): string => (samples.has(base) ? figure(ratioOf(samples, { contender, base }, perCoreSecond).median) : "–");
  return {
    title: "load: requests for each second of CPU time, as fast as it goes",
    conditions: [
      `GET with a JSON answer of about 80 bytes from ${server.name}; ${connections} connections; ${cores.says}; ${windowMs / 1000} s of a run, ${roundsIn(samples)} in turn, medians`,
      `requests by the server's count, CPU time of the tool's process by the system's; roadworthy's open model is offered what it can do, ${figure(offered.full)}/s with all checks and ${figure(offered.bare)}/s without`,
      "all checks: status and JSON body of each answer, each request in the log; no checks: none, no log; the others check nothing and keep statistics, k6 with checks looks at status and JSON body as well",
    ],
    head: ["tool", "requests/s", "cores", "requests/core·s", "× autocannon", "× wrk", "× k6, open", "× with checks"],
    rows: [...samples.keys()].map((name) => [
      name,
      figure(median(figuresOf(samples, name, ({ perSecond }) => perSecond))),
      figure(median(figuresOf(samples, name, ({ cores: used }) => used ?? Number.NaN))),
      figure(median(figuresOf(samples, name, perCoreSecond))),
      beside(name, "autocannon, closed"),
      beside(name, "wrk, closed"),
      beside(name, "k6, open"),
      beside(name, "k6, open, checks"),
    ]),
  };
}
