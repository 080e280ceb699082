/** What requests do to the memory of the processes that record, judge and send them; each in a process of its own. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { entryPath } from "../../base/entry.ts";
import { RoadworthyError } from "../../base/error.ts";
import { every, nowUs } from "../../base/time.ts";
import { loadNodeFlags } from "../../drive/load/threads.ts";
import { readSegment } from "../../log/segment.ts";
import { startModule, startProgram, type Child } from "../bench/child.ts";
import { temporaryFolder } from "../bench/temporary-folder.ts";
import { MemoryLook, type Growth } from "./look.ts";

export interface MemoryOrder {
  /** Recorded and judged, spread over so many hours. */
  samples: number;
  hours: number;
  /** Sent by the load process, to a server. */
  sent: { ratePerSecond: number; seconds: number };
  /** So much more may the second half of the work need than the first. Not asked of short ones, in which the collector is still finding out how much room it wants. */
  slopeMiB: number | null;
}

export interface MemoryFinding extends Growth {
  what: string;
  requests: number;
  held: boolean;
}

const mostGrownMiB = 50;
const processLimitMs = 600_000;
const looksEachMs = 50;

const growthSchema = z.object({ requests: z.int(), grownMiB: z.number(), firstHalfMiB: z.number(), secondHalfMiB: z.number() });
const judgingSchema = growthSchema.extend({ judged: z.array(z.int()), incomplete: z.null() });

/** One finding after the other: they would disturb one another. */
export async function* checkMemory(order: MemoryOrder): AsyncGenerator<MemoryFinding> {
  using folder = temporaryFolder();
  yield finding("recording them as the load process does", await recording(folder.path, order), order);
  // Of each second of the day the judge keeps a point for the chart, so it grows with the hours; with the requests of a second it does not.
  const judged = await judging(folder.path, order);
  yield { what: "judging their log", ...judged, held: judged.grownMiB < mostGrownMiB };
  yield finding("sending them, in the load process", await sending(order), order);
}

function finding(what: string, growth: Growth & { requests: number }, { slopeMiB }: Pick<MemoryOrder, "slopeMiB">): MemoryFinding {
  const hasSlope = slopeMiB !== null && growth.secondHalfMiB - growth.firstHalfMiB > slopeMiB;
  return { what, ...growth, held: growth.grownMiB < mostGrownMiB && !hasSlope };
}

async function recording(folder: string, { samples, hours }: MemoryOrder): Promise<z.infer<typeof growthSchema>> {
  // Under the flags of the load process: how far a young generation may grow is theirs to say.
  await using child = startProgram(process.execPath, [...loadNodeFlags, entryPath("harness/proof/memory/recording"), folder, String(samples), String(hours)]);
  return growthSchema.parse(JSON.parse(await child.output(processLimitMs)));
}

async function judging(folder: string, { samples }: MemoryOrder): Promise<z.infer<typeof growthSchema>> {
  await using child = startModule("harness/proof/memory/judging", [folder, String(samples)]);
  const found = judgingSchema.parse(JSON.parse(await child.output(processLimitMs)));
  if (found.requests !== samples || found.judged.some((count) => count !== samples)) throw new RoadworthyError("internal", `of ${samples} requests ${found.requests} were found and ${String(found.judged)} judged`);
  return found;
}

async function sending({ sent }: MemoryOrder): Promise<z.infer<typeof growthSchema>> {
  await using server = startModule("harness/proof/memory/server");
  using folder = temporaryFolder();
  const config = join(folder.path, "load.json");
  writeFileSync(config, JSON.stringify(configOf(Number(await server.line()), sent, join(folder.path, "log"))));
  await using load = startProgram(process.execPath, [...loadNodeFlags, entryPath("harness/drive/load/main"), config]);
  await load.line();
  const startAtUs = nowUs();
  const look = new MemoryLook(() => load.residentBytes() ?? 0);
  load.tell(JSON.stringify({ startAtUs }));
  using _looking = every(looksEachMs, () => look.look((nowUs() - startAtUs) / (sent.seconds * 1_000_000)));
  await ended(load);
  let requests = 0;
  for (const event of readSegment(join(folder.path, "log", "load.requests"))) if (event.type === "request") requests += 1;
  return { requests, ...look.growth() };
}

async function ended(load: Child): Promise<void> {
  await load.output(processLimitMs);
}

function configOf(port: number, sent: MemoryOrder["sent"], logFolder: string): object {
  mkdirSync(logFolder);
  return {
    logFolder,
    seed: 1,
    run: "memory",
    totalMs: sent.seconds * 1000,
    workloads: [{ name: "load", profile: { shape: "constant", rate: sent.ratePerSecond }, journeys: [{ steps: ["answer"] }] }],
    target: { routes: { answer: { node: "server", path: "/", expect: { status: [200] } } }, ledgers: {} },
    addresses: { nodes: { server: { kind: "process", ports: { main: { host: "127.0.0.1", port } } } }, links: {} },
  };
}
