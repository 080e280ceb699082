/**
 * Other load tools, run when they are on PATH. The open ones are told a rate, like our engine; the closed ones send as fast as the server
 * answers, which says what there was to be had.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { startProgram } from "../child.ts";
import { onPath } from "../on-path.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const endWithinMs = 6000;

export interface PeerOrder {
  url: string;
  /** What the open ones are to send; the closed ones ignore it. */
  ratePerSecond: number;
  seconds: number;
  connections: number;
}

export interface LoadPeer {
  name: string;
  model: "open" | "closed";
  /** Argument lists of its commands, one after the other; `folder` is theirs to write in. */
  commands(order: PeerOrder, folder: string): string[][];
  /** Requests per second, from what the last command printed. */
  read(output: string): number;
}

const vegetaReport = z.object({ rate: z.number() });
const autocannonReport = z.object({ requests: z.object({ average: z.number() }) });

const peers: readonly LoadPeer[] = [
  {
    name: "vegeta",
    model: "open",
    commands: ({ url, ratePerSecond, seconds, connections }, folder) => {
      const [targets, results] = [join(folder, "targets"), join(folder, "results")];
      writeFileSync(targets, `GET ${url}\n`);
      return [
        ["attack", `-targets=${targets}`, `-output=${results}`, `-rate=${ratePerSecond}`, `-duration=${seconds}s`, `-connections=${connections}`],
        ["report", "-type=json", results],
      ];
    },
    read: (output) => vegetaReport.parse(JSON.parse(output)).rate,
  },
  {
    name: "k6",
    model: "open",
    commands: (order, folder) => {
      const script = join(folder, "bench.js");
      writeFileSync(script, k6Script(order));
      return [["run", "--quiet", "--no-usage-report", script]];
    },
    read: (output) => z.object({ rate: z.number() }).parse(JSON.parse(output)).rate,
  },
  {
    name: "wrk",
    model: "closed",
    commands: ({ url, seconds, connections }) => [["-t1", `-c${connections}`, `-d${seconds}s`, url]],
    read: (output) => numberIn(output, /Requests\/sec:\s+([\d.]+)/),
  },
  {
    name: "autocannon",
    model: "closed",
    commands: ({ url, seconds, connections }) => [["--json", "-c", String(connections), "-d", String(seconds), url]],
    read: (output) => autocannonReport.parse(JSON.parse(output)).requests.average,
  },
];

export function foundPeers(): { found: LoadPeer[]; missing: string[] } {
  const found = peers.filter(({ name }) => onPath(name) !== null);
  return { found, missing: peers.filter((peer) => !found.includes(peer)).map(({ name }) => name) };
}

/** Requests per second that it sent. Throws `process-died` when it fails or takes much longer than it was told. */
export async function runPeer(peer: LoadPeer, order: PeerOrder): Promise<number> {
  using folder = temporaryFolder();
  let output = "";
  for (const args of peer.commands(order, folder.path)) {
    await using child = startProgram(peer.name, args);
    // The second command reads what the first one wrote.
    output = await child.output(order.seconds * 1000 + endWithinMs);
  }
  return peer.read(output);
}

function k6Script({ url, ratePerSecond, seconds, connections }: PeerOrder): string {
  const load = { executor: "constant-arrival-rate", rate: ratePerSecond, timeUnit: "1s", duration: `${seconds}s`, preAllocatedVUs: connections, maxVUs: connections };
  return `import http from "k6/http";
export const options = ${JSON.stringify({ scenarios: { load }, discardResponseBodies: true })};
export default function () { http.get(${JSON.stringify(url)}); }
export function handleSummary(data) { return { stdout: JSON.stringify({ rate: data.metrics.http_reqs.values.count / ${seconds} }) }; }
`;
}

function numberIn(output: string, pattern: RegExp): number {
  const [, digits] = pattern.exec(output) ?? [];
  if (digits === undefined) throw new RoadworthyError("internal", `found no ${pattern.source} in what a load tool printed`);
  return Number(digits);
}
