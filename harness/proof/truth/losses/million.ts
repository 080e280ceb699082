/** A million tracked writes as a real log on disk, judged by a process of its own: how long it takes, and how much memory at most. */

import { join } from "node:path";
import { z } from "zod";
import type { RoadworthyError } from "../../../base/error.ts";
import type { JsonEvent } from "../../../log/event.ts";
import { openEventWriter, type EventWriter } from "../../../log/writer.ts";
import { objectiveSchema } from "../../../scenario/objective.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedTarget } from "../../../sli/scripted/header.fixture.ts";
import { startModule } from "../../bench/child.ts";
import { temporaryFolder } from "../../bench/temporary-folder.ts";
import type { TruthRow } from "../finding.ts";

const limits = { seconds: 10, mebibytes: 200 };
const mebibyte = 1_048_576;
const writes = 1_000_000;
const idsInChunk = 5000;
const flushEvery = 20_000;
/** Every so many is lost: 100,000, with holes everywhere; or all of them. */
const losses = [10, 1];

const judgedSchema = z.object({ seconds: z.number(), peakBytes: z.number(), baseBytes: z.number(), loss: z.object({ acknowledged: z.int(), lost: z.int(), holes: z.boolean(), lostMs: z.number().nullable() }) });

export async function millionRows(): Promise<TruthRow[]> {
  const rows: TruthRow[] = [];
  for (const lostEvery of losses) rows.push(await judgeMillion(lostEvery));
  return rows;
}

async function judgeMillion(lostEvery: number): Promise<TruthRow> {
  using folder = temporaryFolder();
  writeMillion(folder.path, lostEvery);
  await using judge = startModule("harness/proof/truth/losses/judge-once", [folder.path]);
  const { seconds, peakBytes, baseBytes, loss } = judgedSchema.parse(JSON.parse(await judge.output(60_000)));
  const grownMebibytes = (peakBytes - baseBytes) / mebibyte;
  const lost = writes / lostEvery;
  const misses = [
    ...(loss.acknowledged === writes && loss.lost === lost && loss.holes === lostEvery > 1 && loss.lostMs === writes / 1000 ? [] : [`measured ${JSON.stringify(loss)}`]),
    ...(seconds < limits.seconds ? [] : [`took ${seconds.toFixed(1)} s`]),
    ...(grownMebibytes < limits.mebibytes ? [] : [`took ${Math.round(grownMebibytes)} MiB`]),
  ];
  return {
    scripted: `${lost.toLocaleString("en-US")} of ${writes.toLocaleString("en-US")} ids lost, judged from a log on disk in under ${limits.seconds} s and ${limits.mebibytes} MiB`,
    count: 1,
    measured: `${loss.lost.toLocaleString("en-US")} lost, oldest ${loss.lostMs ?? "–"} ms`,
    worst: `${seconds.toFixed(1)} s, ${Math.round(grownMebibytes)} MiB more than before it`,
    misses,
  };
}

/** A write a µs, then a fault, then the read-back. */
function writeMillion(folder: string, lostEvery: number): void {
  const header = millionHeader();
  const { at, run } = header;
  const endUs = at + writes;
  using harness = openEventWriter(join(folder, "log"), "harness", { onError: raise });
  const fault = { type: "fault", at: endUs, id: "kill", kind: "node-kill", on: "store" } as const;
  const witness = { seen: true, what: "it is gone" };
  const ending: JsonEvent[] = [
    { ...fault, stage: "injected", beganUs: endUs, endedUs: endUs },
    { ...fault, stage: "felt", witness },
    { type: "end", at: endUs + 1 },
  ];
  for (const event of [header, ...ending]) harness.write(event);
  using load = openEventWriter(join(folder, "log"), "load", { onError: raise });
  inPieces(load, writes, (n) => [{ type: "write", at: at + n, ledger: "orders", id: `${run}-${n}`, intendedUs: at + n, what: "invoke" }, { type: "write", at: at + n, ledger: "orders", id: `${run}-${n}`, intendedUs: at + n, what: "ok" }]);
  using probe = openEventWriter(join(folder, "log"), "probe", { onError: raise });
  inPieces(probe, writes / idsInChunk, (chunk) => {
    const ids = Array.from({ length: idsInChunk }, (_, n) => chunk * idsInChunk + n).filter((n) => n % lostEvery !== 0);
    return [{ type: "read-back", at: endUs + 1, ledger: "orders", way: "database", ids: ids.map((n) => `${run}-${n}`), last: (chunk + 1) * idsInChunk === writes }];
  });
}

function raise(error: RoadworthyError): never {
  throw error;
}

function inPieces(writer: EventWriter, count: number, eventsOf: (n: number) => JsonEvent[]): void {
  for (let n = 0; n < count; n += 1) {
    for (const event of eventsOf(n)) writer.write(event);
    if (n % flushEvery === 0) writer.sync();
  }
}

const sql = { via: "sql", node: "store", statement: "select id from orders" } as const;

function millionHeader(): ReturnType<typeof scriptedHeader> {
  const shared = { statement: "Nothing is lost", source: { document: "x.md", section: "x" }, kind: "own" } as const;
  const objectives = [
    objectiveSchema.parse({ ...shared, id: "T-1", indicator: { kind: "ledger", ledger: "orders", set: "lost" }, op: "<=", limit: 0, unit: "items" }),
    objectiveSchema.parse({ ...shared, id: "T-2", indicator: { kind: "loss-age", ledger: "orders" }, op: "<=", limit: 1, unit: "s" }),
  ];
  const target = { ...scriptedTarget({ name: "shop", title: "Shop", nodes: { store: { kind: "postgres" } }, ledgers: { orders: { readBack: { database: [sql] } } } }), objectives };
  const scenario = scriptedScenario({
    name: "loss",
    title: "Loss",
    target: "shop",
    workloads: [{ name: "load", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["place"] }] }],
    phases: { baseline: "1s" },
    steps: [{ id: "kill", fault: { kind: "node-kill", node: "store" }, hold: "1s" }],
    stop: "none",
    rules: ["T-1", "T-2"],
  });
  const suite = scriptedSuite({ name: "gate", title: "Gate", target: "shop", scenarios: ["loss"], required: [] });
  return scriptedHeader({ target, suite, planned: ["loss"] }, scenario);
}
