/**
 * Whether the latencies that a tool reports are those that were to be had, against servers with a script: one that takes 20 ms for each
 * answer, and one that stalls for a second. What the stall cost is known from the schedule alone.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { runLoad } from "../../load/run-load.ts";
import { decodeLog, type Script } from "../../load/script.ts";
import { startModule } from "../child.ts";
import { quantile } from "../rounds.ts";
import { figure, type BenchTable } from "../table.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { connections, orNote, type Contest } from "./contest.ts";
import { runPeer, type Model, type Said } from "./peers.ts";

const ratePerSecond = 1000;
const seconds = 4;
const steady: Script = { kind: "fixed", delayMs: 20 };
const stall = { kind: "stall", afterMs: 1000, forMs: 1000 } as const;
/** Of arrivals at a fixed rate, 1 % waited for longer than this: those of the first hundredth of the run that lies in the stall. */
const stallP99Ms = stall.forMs - seconds * 1000 * 0.01;
const addressSchema = z.object({ port: z.int() });

interface Contender {
  name: string;
  run(port: number, core: number | undefined): Promise<Pick<Said, "p50Ms" | "p99Ms">>;
}

interface Errors {
  name: string;
  p50Ms: number | null;
  p99Ms: number | null;
  stallP99Ms: number | null;
}

export async function latencyTable(contest: Contest): Promise<BenchTable> {
  const notes: string[] = [];
  const rows: Errors[] = [];
  for (const contender of contendersOf(contest)) {
    contest.signal.throwIfAborted();
    // One after the other: each has the cores to itself.
    const fixed = await orNote(contender.name, notes, () => against(steady, contender, contest));
    const stalled = await orNote(contender.name, notes, () => against(stall, contender, contest));
    rows.push({
      name: contender.name,
      p50Ms: fixed === null ? null : Math.abs(fixed.said.p50Ms - fixed.servedMs.p50),
      p99Ms: fixed === null ? null : Math.abs(fixed.said.p99Ms - fixed.servedMs.p99),
      stallP99Ms: stalled?.said.p99Ms ?? null,
    });
  }
  return { ...tableOf(rows, contest), notes };
}

function contendersOf({ peers }: Contest): Contender[] {
  const others = peers.map((peer): Contender => {
    const model: Model = peer.models.includes("open") ? "open" : "closed";
    return {
      name: `${peer.name}, ${model}`,
      run: (port, core) => runPeer(peer, model, { url: `http://127.0.0.1:${port}/`, ratePerSecond, seconds, connections: model === "open" ? ratePerSecond * 2 : connections, core }),
    };
  });
  return [{ name: "roadworthy, open", run: runOwn }, ...others];
}

async function runOwn(port: number, core: number | undefined): Promise<Pick<Said, "p50Ms" | "p99Ms">> {
  const { requests } = await runLoad({
    port,
    profile: { shape: "constant", rate: ratePerSecond },
    totalMs: seconds * 1000,
    connections: ratePerSecond * 2,
    timeoutMs: 5000,
    routes: { answer: { path: "/", expect: { status: [200], json: { status: "ok" } } } },
    ...(core === undefined ? {} : { core }),
  });
  const tookMs = requests.map(({ endUs, intendedUs }) => (endUs - intendedUs) / 1000);
  return { p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}

/** What the tool says, and how long the server had each request by its own log. */
async function against(script: Script, contender: Contender, { cores }: Contest): Promise<{ said: Pick<Said, "p50Ms" | "p99Ms">; servedMs: { p50: number; p99: number } }> {
  using folder = temporaryFolder();
  await using server = startModule("harness/proof/load/scripted-server", [JSON.stringify(script)], cores.server);
  const { port } = addressSchema.parse(JSON.parse(await server.line()));
  const said = await contender.run(port, cores.generator);
  const log = join(folder.path, "log");
  server.tell(JSON.stringify({ log }));
  await server.line();
  const servedMs = decodeLog(readFileSync(log)).served.map(({ arrivedUs, answeredUs }) => (answeredUs - arrivedUs) / 1000);
  return { said, servedMs: { p50: quantile(servedMs, 0.5), p99: quantile(servedMs, 0.99) } };
}

function tableOf(rows: readonly Errors[], { cores }: Contest): BenchTable {
  const own = rows[0];
  const stallError = (row: Errors | undefined): number | null => (row === undefined || row.stallP99Ms === null ? null : Math.abs(row.stallP99Ms - stallP99Ms));
  return {
    title: "load: error of the latencies that are reported",
    conditions: [
      `open tools at ${figure(ratePerSecond)}/s with ${figure(ratePerSecond * 2)} connections, closed ones with ${connections}; ${seconds} s; ${cores.says}; scripted servers of our own with a log of their own`,
      `20 ms for each answer: error of what the tool says, against the server's log. A stall of 1 s: 1 % of all arrivals at a steady rate waited for ${figure(stallP99Ms)} ms or more`,
    ],
    head: ["tool", "error p50 ms", "error p99 ms", "× ours", "stall: p99 said ms", "error ms", "× ours"],
    rows: rows.map((row) => [
      row.name,
      figure(row.p50Ms ?? Number.NaN),
      figure(row.p99Ms ?? Number.NaN),
      ratio(row.p99Ms, own?.p99Ms),
      figure(row.stallP99Ms ?? Number.NaN),
      figure(stallError(row) ?? Number.NaN),
      ratio(stallError(row), stallError(own)),
    ]),
  };
}

function ratio(error: number | null, base: number | null | undefined): string {
  return figure(error === null || base === null || base === undefined ? Number.NaN : error / base);
}
