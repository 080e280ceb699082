/**
 * The load process. It is given the path of its configuration, says `ready`, is told `{"startAtUs": …}`, and ends by itself when the
 * load has ended. A closed input or a signal ends it early, in order. All that it finds out goes into the log.
 */

import { readFileSync } from "node:fs";
import { RoadworthyError } from "../../base/error.ts";
import { runSpawned, type Parent } from "../../base/spawned.ts";
import { nowUs, type InstantUs } from "../../base/time.ts";
import type { LoadEvent } from "../../log/event.ts";
import { encodeRequest, requestBytes, type RequestRecord, type RequestTable } from "../../log/record.ts";
import { openEventWriter, openRequestWriter } from "../../log/writer.ts";
import { guardOf } from "../guard/guard.ts";
import { Ledger } from "../ledger/ledger.ts";
import { nodeAddress } from "../stack/address.ts";
import { loadConfigSchema, startSchema, type LoadConfig } from "./config.ts";
import { startEngine, type Engine, type Source } from "./engine.ts";
import { originName, originOf, type Origin } from "./http/origin.ts";
import { prepareSources } from "./journeys.ts";
import type { ArrivalTable } from "./pace/arrival-file.ts";
import { practiceConfig, withPractice } from "./practice.ts";
import { replayTables, spanOf } from "./pace/replay.ts";
import { startRecorder } from "./recorder.ts";
import { searchOf, type Search } from "./search/search.ts";
import { startSelfCheck } from "./self-check.ts";
import { segmentOf } from "./threads.ts";

await runSpawned(async (parent) => {
  const config = loadConfigSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")));
  const segment = segmentOf(config.part);
  using events = openEventWriter(config.logFolder, segment, { onError: parent.fail, secrets: config.secrets });
  using requests = openRequestWriter(config.logFolder, segment, namesOf(config), { onError: parent.fail });
  const load = await prepareLoad(config, { writeEvent: (event) => events.write(event), writeRequest: (request) => requests.write(request) });
  await practise(parent, config);
  events.write({ type: "load-ready", at: nowUs() });
  events.sync();
  parent.say("ready");
  const line = await parent.next();
  const counts = line === undefined ? { offered: 0, started: 0, dropped: 0 } : await runLoad(parent, load, startAtOf(line));
  events.write({ type: "load-end", at: nowUs(), ...counts });
});

/** Where all that is found out goes. */
interface Sinks {
  writeEvent: (event: LoadEvent) => void;
  writeRequest: (request: RequestRecord) => void;
}

interface Load {
  config: LoadConfig;
  sources: readonly Source[];
  sinks: Sinks;
  search: Search | null;
}

async function prepareLoad(config: LoadConfig, sinks: Sinks): Promise<Load> {
  const { routes } = namesOf(config);
  const search = searchOf(config, routes, sinks.writeEvent);
  const courses = search?.courses ?? new Map();
  const sources = prepareSources({ config, ledgers: ledgersOf(config, sinks), origins: await originsOf(config), routeNames: routes, replays: replaysOf(config, sinks), courses });
  return { config, sources, sinks: search === null ? sinks : heardBy(search, sinks), search };
}

async function runLoad(parent: Parent, { config, sources, sinks, search }: Load, startAtUs: InstantUs): Promise<Awaited<Engine["finished"]>> {
  using recorder = startRecorder({ routes: namesOf(config).routes, ...sinks });
  search?.begin(startAtUs);
  using selfCheck = startSelfCheck({ write: sinks.writeEvent, load: () => engine.load(), part: config.part });
  const engine = startEngine({
    sources,
    startAtUs,
    totalMs: config.totalMs,
    guard: guardOf(config.allowed),
    record: (request, message) => recorder.record(request, message),
    onLag: (lagUs) => selfCheck.onLag(lagUs),
  });
  const stop = (): void => engine.stop();
  parent.ended.addEventListener("abort", stop, { once: true });
  if (parent.ended.aborted) stop();
  const counts = await engine.finished;
  parent.ended.removeEventListener("abort", stop);
  return counts;
}

async function practise(parent: Parent, config: LoadConfig): Promise<void> {
  const scratch = Buffer.alloc(requestBytes);
  const nowhere: Sinks = { writeEvent: () => undefined, writeRequest: (request) => encodeRequest(scratch, 0, request) };
  await withPractice(async (port, totalMs) => {
    await runLoad(parent, await prepareLoad(practiceConfig(config, port, totalMs), nowhere), nowUs());
  });
}

function namesOf({ target, workloads }: LoadConfig): RequestTable {
  return { routes: Object.keys(target.routes), workloads: workloads.map(({ name }) => name) };
}

/** Without a search, nothing is put between the engine and the log. */
function heardBy(search: Search, sinks: Sinks): Sinks {
  return {
    writeEvent: (event) => {
      sinks.writeEvent(event);
      if (event.type === "generator") search.onHealth(event);
    },
    writeRequest: (request) => {
      sinks.writeRequest(request);
      search.onRequest(request);
    },
  };
}

function startAtOf(line: unknown): number {
  const start = startSchema.safeParse(line);
  if (!start.success) throw new RoadworthyError("usage", "the load process was told something else than when to start", { hint: 'send {"startAtUs": …}' });
  return start.data.startAtUs;
}

function ledgersOf(config: LoadConfig, { writeEvent }: Sinks): Map<string, Ledger> {
  return new Map(
    Object.entries(config.target.ledgers).map(([name, { id }]) => [name, new Ledger({ name, id, run: config.run, numbers: config.part, journal: writeEvent })]),
  );
}

/** What the files of replays hold, said in the log by the first of several processes. */
function replaysOf(config: LoadConfig, { writeEvent }: Sinks): Map<string, ArrivalTable> {
  const tables = replayTables(config.workloads, config.target.routes);
  if (config.part.number > 1) return tables;
  for (const [workload, { atMs, sha256, skipped, isSpread }] of tables) {
    writeEvent({ type: "replay", at: nowUs(), workload, sha256, arrivals: atMs.length, spanMs: spanOf(atMs), skipped, isSpread });
  }
  return tables;
}

/** Where the nodes of the routes listen, by the name of their origin. */
async function originsOf(config: LoadConfig): Promise<Map<string, Origin>> {
  const guard = guardOf(config.allowed);
  const routes = new Map(Object.values(config.target.routes).map((route) => [originName(route), route]));
  const origins = [...routes].map(async ([name, route]): Promise<[string, Origin]> => [name, await originOf(route, nodeAddress(config.addresses, route.node), { guard })]);
  return new Map(await Promise.all(origins));
}
