/** Writes to the scripted service on real sockets, through the load and the probe process of a suite; the service's own logs say what became of them. */

import { usToMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { waitUntil } from "../../../base/time.ts";
import type { JsonEvent, LogEvent } from "../../../log/event.ts";
import { LedgerBook } from "../../../sli/concepts/ledger-sets.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedTarget } from "../../../sli/scripted/header.fixture.ts";
import { fates } from "../../../../targets/truth/service/store/fate.ts";
import { placeKinds, placesOf, type PlaceKind } from "../../../../targets/truth/service/store/places.ts";
import { lossTruth } from "../losses/loss-truth.ts";
import type { SocketLosses } from "../losses/loss-rows.ts";
import { startTruthService } from "./service-under-test.ts";
import { watch } from "./watched-run.ts";

const ratePerSecond = 200;
const totalMs = 2400;
const faultsAtMs = [900, 1800];
const unsafeMs = 40;
const lateMs = 100;

type Injection = JsonEvent & { type: "fault"; stage: "injected" };

/** One run gives a ledger of each kind of store. */
export async function runLosses(seed: number): Promise<SocketLosses[]> {
  const weights = { ...Object.fromEntries(fates.map((fate) => [fate, 1])), kept: 40 };
  const script = { weights, unsafeMs, lateMs };
  await using service = await startTruthService({ seed, stores: { table: script, queue: script, "key-value": script } });
  const { header, scenario } = planLosses(seed);
  const faults: Injection[] = [];
  const { events } = await watch({
    header,
    scenario,
    totalMs,
    settleMs: 2 * lateMs,
    ports: { api: { main: service.ports.http }, control: { main: service.ports.control } },
    meanwhile: async (startUs) => {
      for (const [index, atMs] of faultsAtMs.entries()) {
        await waitUntil(startUs + 1000 * atMs);
        const { beganUs, endedUs } = await service.call("POST", "/fault");
        faults.push({ type: "fault", at: endedUs, id: `fault-${index}`, kind: "node-kill", on: "api", stage: "injected", beganUs, endedUs });
      }
    },
  });
  const results: SocketLosses[] = [];
  for (const kind of placeKinds) {
    const book = new LedgerBook(header, kind);
    for (const event of [...faults, ...events]) book.step(event);
    const reading = book.read();
    const measured = reading.kind === "measured" ? reading.ways[0] : undefined;
    if (measured === undefined) throw new RoadworthyError("internal", `the ledger of the ${kind} was not measured`);
    results.push({ truth: lossTruth((await service.call("GET", `/log/${kind}`)).text), measured, onTheWayMs: longestWriteMs(events), stampsMs: usToMs(Math.max(0, ...faults.map(({ beganUs, endedUs }) => endedUs - beganUs))) });
  }
  return results;
}

function longestWriteMs(events: readonly LogEvent[]): number {
  const sentUs = new Map<string, number>();
  let longestUs = 0;
  for (const event of events) {
    if (event.type !== "write") continue;
    if (event.what === "invoke") sentUs.set(event.id, event.at);
    else longestUs = Math.max(longestUs, event.at - (sentUs.get(event.id) ?? event.at));
  }
  return usToMs(longestUs);
}

function planLosses(seed: number): { header: ReturnType<typeof scriptedHeader>; scenario: ReturnType<typeof scriptedScenario> } {
  const scenario = scriptedScenario({
    name: "loss",
    title: "Loss",
    target: "truth",
    workloads: [{ name: "load", profile: { shape: "constant", rate: ratePerSecond }, journeys: placeKinds.map((kind) => ({ steps: [kind] })) }],
    phases: { baseline: `${totalMs}ms` },
    stop: "none",
    rules: [],
  });
  const target = scriptedTarget({
    name: "truth",
    title: "Scripted truth",
    nodes: { api: { kind: "process", command: ["truth"] }, control: { kind: "process", command: ["truth"] } },
    routes: Object.fromEntries(placeKinds.map((kind) => [kind, { node: "api", method: "POST" as const, path: `/writes/${kind}`, body: "{{id}}", expect: { status: [201] }, write: { ledger: kind, refused: { status: [409] } } }])),
    ledgers: Object.fromEntries(placeKinds.map((kind) => [kind, { readBack: { store: readBackOf(kind) } }])),
  });
  const suite = scriptedSuite({ name: "truth", title: "Scripted truth", target: "truth", scenarios: ["loss"], required: [] });
  return { header: scriptedHeader({ target, suite, planned: ["loss"], seed }, scenario), scenario };
}

/** From every place that the store has: a dead letter is an error, and no loss. */
function readBackOf(kind: PlaceKind): { via: "http"; node: string; path: string; pick: string }[] {
  return [...placesOf(kind).contents().keys()].map((place) => ({ via: "http", node: "control", path: `/contents/${kind}/${place}`, pick: "[]" }));
}
