/**
 * The load process. It is given the path of its configuration, says `ready`, is told `{"startAtUs": …}`, and ends by itself when the
 * load has ended. A closed input or a signal ends it early, in order. All that it finds out goes into the log.
 */

import { readFileSync } from "node:fs";
import { RoadworthyError } from "../../base/error.ts";
import { runSpawned, type Parent } from "../../base/spawned.ts";
import { nowUs } from "../../base/time.ts";
import type { LoadEvent } from "../../log/event.ts";
import type { RequestRecord } from "../../log/record.ts";
import { openEventWriter, openRequestWriter, type EventWriter } from "../../log/writer.ts";
import { guardOf } from "../guard/guard.ts";
import { Ledger } from "../ledger/ledger.ts";
import { nodeAddress } from "../stack/address.ts";
import { loadConfigSchema, startSchema, type LoadConfig } from "./config.ts";
import { startEngine, type Engine, type Source } from "./engine.ts";
import { originName, originOf, type Origin } from "./http/origin.ts";
import { prepareSources } from "./journeys.ts";
import type { ArrivalTable } from "./pace/arrival-file.ts";
import { replayTables, spanOf } from "./pace/replay.ts";
import { startRecorder } from "./recorder.ts";
import { startSelfCheck } from "./self-check.ts";
import { segmentOf } from "./threads.ts";
import { warmUp } from "./warm-up.ts";

await runSpawned(async (parent) => {
  const config = loadConfigSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")));
  const segment = segmentOf(config.part);
  using events = openEventWriter(config.logFolder, segment, { onError: parent.fail, secrets: config.secrets });
  const routes = Object.keys(config.target.routes);
  using requests = openRequestWriter(config.logFolder, segment, { routes, workloads: config.workloads.map((workload) => workload.name) }, { onError: parent.fail });
  const replays = replaysOf(config, events);
  const sources = prepareSources({ config, ledgers: ledgersOf(config, events), origins: await originsOf(config), routeNames: routes, replays });
  await warmUp();
  globalThis.gc?.();
  events.write({ type: "load-ready", at: nowUs() });
  events.sync();
  parent.say("ready");
  const line = await parent.next();
  const recorder = { routes, writeRequest: (request: RequestRecord) => requests.write(request), writeEvent: (event: LoadEvent) => events.write(event) };
  const counts = line === undefined ? { offered: 0, started: 0, dropped: 0 } : await runLoad(parent, { config, sources, startAtUs: startAtOf(line), recorder });
  events.write({ type: "load-end", at: nowUs(), ...counts });
});

interface Load {
  config: LoadConfig;
  sources: readonly Source[];
  startAtUs: number;
  recorder: Parameters<typeof startRecorder>[0];
}

async function runLoad(parent: Parent, load: Load): Promise<Awaited<Engine["finished"]>> {
  using recorder = startRecorder(load.recorder);
  using selfCheck = startSelfCheck({ write: load.recorder.writeEvent, load: () => engine.load(), part: load.config.part });
  const engine = startEngine({
    sources: load.sources,
    startAtUs: load.startAtUs,
    totalMs: load.config.totalMs,
    guard: guardOf(load.config.allowed),
    record: (request, message) => recorder.record(request, message),
    onLag: (lagUs) => selfCheck.onLag(lagUs),
  });
  parent.ended.addEventListener("abort", () => engine.stop(), { once: true });
  if (parent.ended.aborted) engine.stop();
  return await engine.finished;
}

function startAtOf(line: unknown): number {
  const start = startSchema.safeParse(line);
  if (!start.success) throw new RoadworthyError("usage", "the load process was told something else than when to start", { hint: 'send {"startAtUs": …}' });
  return start.data.startAtUs;
}

function ledgersOf(config: LoadConfig, events: EventWriter): Map<string, Ledger> {
  return new Map(
    Object.entries(config.target.ledgers).map(([name, { id }]) => [name, new Ledger({ name, id, run: config.run, numbers: config.part, journal: (event) => events.write(event) })]),
  );
}

/** What the files of replays hold, said in the log by the first of several processes. */
function replaysOf(config: LoadConfig, events: EventWriter): Map<string, ArrivalTable> {
  const tables = replayTables(config.workloads, config.target.routes);
  if (config.part.number > 1) return tables;
  for (const [workload, { atMs, sha256, skipped, isSpread }] of tables) {
    events.write({ type: "replay", at: nowUs(), workload, sha256, arrivals: atMs.length, spanMs: spanOf(atMs), skipped, isSpread });
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
