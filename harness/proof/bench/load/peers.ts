/**
 * Other load tools, run when they are there: on PATH, or where `npm run bench:install` puts them. The open ones are told a rate, like our
 * engine; the closed ones send as fast as the server answers.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { toolsPath } from "../cached-tools.ts";
import { startProgram, type Child } from "../child.ts";
import { onPath } from "../on-path.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const endWithinMs = 30_000;

export interface PeerOrder {
  url: string;
  /** What the open ones are to send; the closed ones ignore it. */
  ratePerSecond: number;
  seconds: number;
  connections: number;
  core: number | undefined;
}

/** What a tool says of response times, in ms. */
export interface Said {
  p50Ms: number;
  p99Ms: number;
  /** How late it began requests by its own account, p99; null where it does not say. */
  lagP99Ms: number | null;
}

/** `checked`: the open model, with the checks that our engine makes of each answer. */
export type Model = "open" | "closed" | "checked";

export interface Peer {
  /** The program. */
  name: string;
  models: readonly Model[];
  /** `folder` is theirs to write in. */
  args(order: PeerOrder, model: Model, folder: string): string[];
  /** Argument lists of commands that read what the first one wrote. */
  reports?(folder: string): string[][];
  /** From what each of the `reports` printed, or the command itself. */
  read(outputs: readonly string[], order: PeerOrder): Said;
}

const vegetaReport = z.object({ latencies: z.object({ "50th": z.number(), "99th": z.number() }) });
const autocannonReport = z.object({ latency: z.object({ p50: z.number(), p99: z.number() }) });
const k6Report = z.object({ p50: z.number(), p99: z.number() });

export const peers: readonly Peer[] = [
  {
    name: "autocannon",
    models: ["closed"],
    args: ({ url, seconds, connections }) => ["--json", "-c", String(connections), "-d", String(seconds), url],
    read: ([output = ""]) => {
      const { latency } = autocannonReport.parse(JSON.parse(output));
      return { p50Ms: latency.p50, p99Ms: latency.p99, lagP99Ms: null };
    },
  },
  {
    name: "wrk",
    models: ["closed"],
    args: ({ url, seconds, connections }) => ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", url],
    read: ([output = ""]) => ({ p50Ms: durationIn(output, /^\s+50%\s+(\S+)/m), p99Ms: durationIn(output, /^\s+99%\s+(\S+)/m), lagP99Ms: null }),
  },
  {
    name: "hey",
    models: ["closed"],
    args: ({ url, seconds, connections }) => ["-z", `${seconds}s`, "-c", String(connections), url],
    read: ([output = ""]) => ({ p50Ms: durationIn(output, /^\s+50% in (\S+)/m, "s"), p99Ms: durationIn(output, /^\s+99% in (\S+)/m, "s"), lagP99Ms: null }),
  },
  {
    name: "vegeta",
    models: ["closed", "open"],
    args: ({ url, ratePerSecond, seconds, connections }, model, folder) => {
      writeFileSync(join(folder, "targets"), `GET ${url}\n`);
      const rate = model === "open" ? [`-rate=${ratePerSecond}`] : ["-rate=0", `-max-workers=${connections}`];
      return ["attack", `-targets=${join(folder, "targets")}`, `-output=${join(folder, "results")}`, ...rate, `-duration=${seconds}s`, `-connections=${connections}`];
    },
    reports: (folder) => [
      ["report", "-type=json", join(folder, "results")],
      ["encode", "-to=csv", join(folder, "results")],
    ],
    read: ([report = "", rows = ""], { ratePerSecond }) => {
      const { latencies } = vegetaReport.parse(JSON.parse(report));
      return { p50Ms: latencies["50th"] / 1e6, p99Ms: latencies["99th"] / 1e6, lagP99Ms: ratePerSecond > 0 ? lagOfVegeta(rows, ratePerSecond) : null };
    },
  },
  {
    name: "k6",
    models: ["closed", "open", "checked"],
    args: (order, model, folder) => {
      const script = join(folder, "bench.js");
      writeFileSync(script, k6Script(order, model));
      return ["run", "--quiet", "--no-usage-report", script];
    },
    read: ([output = ""]) => {
      const { p50, p99 } = k6Report.parse(JSON.parse(output));
      return { p50Ms: p50, p99Ms: p99, lagP99Ms: null };
    },
  },
];

export function foundPeers(): { found: Peer[]; missing: string[] } {
  const found = peers.filter(({ name }) => onPath(name, toolsPath()) !== null);
  return { found, missing: peers.filter((peer) => !found.includes(peer)).map(({ name }) => name) };
}

/** Runs it to its end and gives what it says. Throws `process-died` when it fails or takes much longer than it was told. */
export async function runPeer(peer: Peer, model: Model, order: PeerOrder): Promise<Said> {
  using folder = temporaryFolder();
  await using attack = start(peer, peer.args(order, model, folder.path), order.core);
  const limitMs = order.seconds * 1000 + endWithinMs;
  const own = await attack.output(limitMs);
  const outputs: string[] = [];
  for (const args of peer.reports?.(folder.path) ?? []) {
    await using report = start(peer, args, undefined);
    // One after the other: they read the same file.
    outputs.push(await report.output(limitMs));
  }
  return peer.read(outputs.length === 0 ? [own] : outputs, order);
}

/** Lets it run while `watch` looks at it, and ends it then. */
export async function watchPeer<T>(peer: Peer, model: Model, { watch, ...order }: PeerOrder & { watch: (child: Child) => Promise<T> }): Promise<T> {
  using folder = temporaryFolder();
  await using child = start(peer, peer.args(order, model, folder.path), order.core);
  return await watch(child);
}

function start(peer: Peer, args: readonly string[], core: number | undefined): Child {
  return startProgram(onPath(peer.name, toolsPath()) ?? peer.name, args, core);
}

function k6Script({ url, ratePerSecond, seconds, connections }: PeerOrder, model: Model): string {
  const length = { duration: `${seconds}s` };
  const load =
    model === "closed"
      ? { executor: "constant-vus", vus: connections, ...length }
      : { executor: "constant-arrival-rate", rate: ratePerSecond, timeUnit: "1s", preAllocatedVUs: connections, maxVUs: connections, ...length };
  const options = { scenarios: { load }, discardResponseBodies: model !== "checked", summaryTrendStats: ["p(50)", "p(99)"] };
  const get = `http.get(${JSON.stringify(url)})`;
  const work = model === "checked" ? `check(${get}, { status: (answer) => answer.status === 200, body: (answer) => answer.json("status") === "ok" })` : get;
  return `import http from "k6/http";
import { check } from "k6";
export const options = ${JSON.stringify(options)};
export default function () { ${work}; }
export function handleSummary(data) {
  const { values } = data.metrics.http_req_duration;
  return { stdout: JSON.stringify({ p50: values["p(50)"], p99: values["p(99)"] }) };
}
`;
}

/** Rows of vegeta's CSV begin with the instant of sending in ns and end with the number of the attack's hit; the schedule begins with the hit that was earliest for its number. */
function lagOfVegeta(rows: string, ratePerSecond: number): number | null {
  const offsetsMs = rows.split("\n").flatMap((row) => {
    const cells = row.split(",");
    const [sentNs, hit] = [Number(cells[0]), Number(cells[8])];
    return cells.length < 9 ? [] : [sentNs / 1e6 - (1000 * hit) / ratePerSecond];
  });
  if (offsetsMs.length === 0) return null;
  const sorted = offsetsMs.toSorted((a, b) => a - b);
  return (sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0) - (sorted[0] ?? 0);
}

const unitsMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** "1.53ms" → 1.53; a figure without a unit is in `unit`. */
function durationIn(output: string, pattern: RegExp, unit = ""): number {
  const [, text = ""] = pattern.exec(output) ?? [];
  const [, digits, suffix] = /^([\d.]+)([a-z]*)$/.exec(text) ?? [];
  const factor = unitsMs[suffix === "" || suffix === undefined ? unit : suffix];
  if (digits === undefined || factor === undefined) throw new RoadworthyError("internal", `found no ${pattern.source} in what a load tool printed`);
  return Number(digits) * factor;
}
