/** Writes to a scripted store in virtual time, through the harness's own ledger and read-back; and what its own log says of it afterwards. */

import { dice, integerBetween } from "../../../base/random.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { Ledger, writeOutcomeOf } from "../../../drive/ledger/ledger.ts";
import { readBack } from "../../../drive/probe/read-back.ts";
import type { JsonEvent } from "../../../log/event.ts";
import { targetSchema, type Target } from "../../../scenario/target/target.ts";
import { LedgerBook, type LedgerSets } from "../../../sli/concepts/ledger-sets.ts";
import { scriptedHeader, scriptedSuite } from "../../../sli/scripted/header.fixture.ts";
import { diceOf } from "../../../../targets/truth/service/dice.ts";
import { fates, type FateWeights } from "../../../../targets/truth/service/store/fate.ts";
import { placeKinds, placesOf, type PlaceKind } from "../../../../targets/truth/service/store/places.ts";
import { ScriptedStore, type Answer } from "../../../../targets/truth/service/store/scripted-store.ts";
import { TruthLog } from "../../../../targets/truth/service/truth-log.ts";
import { lossTruth, type LossTruth } from "./loss-truth.ts";

export interface LossScript {
  readonly kind: PlaceKind;
  readonly seed: number;
  readonly writes: number;
  /** Numbers of the writes right after which a fault comes. */
  readonly faultsAfter: readonly number[];
  readonly weights: FateWeights;
  readonly unsafeMs: number;
  readonly lateMs: number;
  readonly strangers: number;
  /** From the store to whoever asked. */
  readonly networkUs: number;
}

export interface LossRun {
  readonly script: LossScript;
  readonly truth: LossTruth;
  readonly measured: LedgerSets;
}

const suite = scriptedSuite({ name: "truth", title: "Scripted truth", target: "truth", scenarios: ["loss"], required: [] });
/** The store's clock began long before the harness's did. */
const ownClockAheadUs = 7_777_777;
const gapUs = 4000;

export function lossScripts(runs: number, seed: number): LossScript[] {
  return Array.from({ length: runs }, (_, run) => lossScript(placeKinds[run % placeKinds.length] ?? "table", seed + run));
}

function lossScript(kind: PlaceKind, seed: number): LossScript {
  const roll = dice(seed, "loss");
  const writes = integerBetween(roll, 20, 150);
  // Each run has some of the fates, and a third of them none, so that only faults take something: a tail alone must not be taken for a hole.
  const healthy = roll() < 0.33;
  const weights: FateWeights = { kept: 30, ...(healthy ? {} : Object.fromEntries(fates.filter((fate) => fate !== "kept" && roll() < 0.4).map((fate) => [fate, roll() * 4]))) };
  return {
    kind,
    seed,
    writes,
    faultsAfter: Array.from({ length: integerBetween(roll, 0, 2) }, () => integerBetween(roll, 1, writes)).toSorted((a, b) => a - b),
    weights,
    unsafeMs: roll() < 0.5 ? 0 : integerBetween(roll, 1, 60),
    lateMs: integerBetween(roll, 1, 200),
    strangers: roll() < 0.7 ? 0 : integerBetween(roll, 1, 3),
    networkUs: integerBetween(roll, 0, 1500),
  };
}

export async function playLosses(script: LossScript): Promise<LossRun> {
  const { kind, seed } = script;
  const target = targetOf(kind);
  const header = scriptedHeader({ target, suite, planned: ["loss"], seed }, null);
  const book = new LedgerBook(header, kind);
  let clockUs = header.at;
  const clock = (): bigint => BigInt(clockUs + ownClockAheadUs) * 1000n;
  const log = new TruthLog(clock);
  const store = new ScriptedStore(script, { dice: diceOf(seed), clock, log });
  const ledger = new Ledger({ name: kind, id: "{{run}}-{{n}}", run: header.run, journal: (event) => book.step(event) });
  const faultsLeft = [...script.faultsAfter];
  for (let n = 1; n <= script.writes; n += 1) {
    clockUs += gapUs;
    const id = ledger.nextId();
    const intendedUs = clockUs;
    ledger.invoke(id, intendedUs, clockUs);
    const outcome = outcomeOf(store.write(id));
    ledger.settle(id, outcome, { intendedUs, at: clockUs + script.networkUs });
    while (faultsLeft[0] === n) {
      clockUs += gapUs / 2;
      store.fault();
      book.step(injected(faultsLeft.length, clockUs));
      faultsLeft.shift();
    }
  }
  for (let n = 0; n < script.strangers; n += 1) store.intrude(`stranger-${n}`);
  clockUs += script.lateMs * 1000 + gapUs;
  await readBack({ target, write: (event) => book.step(event), ask: async (query) => await Promise.resolve(rowsOf(store, "path" in query ? query.path : "")) });
  store.close();
  const reading = book.read();
  const measured = reading.kind === "measured" ? reading.ways[0] : undefined;
  if (measured === undefined) throw new RoadworthyError("internal", `seed ${seed} was not measured`);
  return { script, truth: lossTruth(log.text), measured };
}

/** One ledger, read back from every place that its store has: a dead letter is an error, and no loss. */
function targetOf(kind: PlaceKind): Target {
  const readBackQueries = [...placesOf(kind).contents().keys()].map((place) => ({ via: "http" as const, node: "store", path: `/${place}`, pick: "[]" }));
  return targetSchema.parse({ name: "truth", title: "Scripted truth", nodes: { store: { kind: "process", command: ["truth"] } }, ledgers: { [kind]: { readBack: { store: readBackQueries } } } });
}

function rowsOf(store: ScriptedStore, path: string): string[][] {
  return (store.contents(path.slice(1)) ?? []).map((id) => [id]);
}

function outcomeOf(answer: Answer): ReturnType<typeof writeOutcomeOf> {
  if (answer === null) return writeOutcomeOf("timeout", false);
  return answer === 201 ? writeOutcomeOf("ok", false) : writeOutcomeOf("status", answer === 409);
}

function injected(number: number, atUs: number): JsonEvent {
  return { type: "fault", at: atUs, id: `fault-${number}`, kind: "node-kill", on: "store", stage: "injected", beganUs: atUs, endedUs: atUs };
}
