/** A store that loses, doubles, hides and brings back writes as its dice say, and keeps a log of what it really did. */

import type { Dice } from "../dice.ts";
import type { OwnClock, TruthLog } from "../truth-log.ts";
import { rollFate, type Fate, type FateWeights } from "./fate.ts";
import { placesOf, type PlaceKind, type Places } from "./places.ts";

export interface StoreScript {
  readonly kind: PlaceKind;
  readonly weights: FateWeights;
  /** At a fault, what was answered so shortly before it is lost: it was not on disk yet. */
  readonly unsafeMs: number;
  /** After so long a late write is there. */
  readonly lateMs: number;
}

/** null: no answer at all. */
export type Answer = 201 | 409 | 500 | null;

const answers: { readonly [Kind in Fate]: Answer } = {
  kept: 201,
  lost: 201,
  doubled: 201,
  refused: 409,
  resurrected: 409,
  unheard: null,
  vanished: null,
  late: null,
  failed: 500,
  corrupted: 201,
};

const nanosecondsPerMs = 1_000_000n;

export class ScriptedStore {
  readonly #script: StoreScript;
  readonly #dice: Dice;
  readonly #clock: OwnClock;
  readonly #log: TruthLog;
  readonly #places: Places;
  readonly #late: { id: string; dueNs: bigint }[] = [];
  #unsafe: { id: string; atNs: bigint }[] = [];

  constructor(script: StoreScript, { dice, clock, log }: { dice: Dice; clock: OwnClock; log: TruthLog }) {
    this.#script = script;
    this.#dice = dice;
    this.#clock = clock;
    this.#log = log;
    this.#places = placesOf(script.kind);
  }

  write(id: string): Answer {
    this.#commitLate();
    this.#places.turn();
    const fate = rollFate(this.#script.weights, this.#dice);
    this.#store(id, fate);
    const answer = answers[fate];
    if (answer === 201) this.#unsafe.push({ id, atNs: this.#clock() });
    this.#log.note("answer", id, answer === null ? "none" : String(answer));
    return answer;
  }

  /** What was answered a moment ago is gone. */
  fault(): void {
    this.#commitLate();
    this.#log.note("fault");
    const safeNs = this.#clock() - BigInt(Math.round(this.#script.unsafeMs * 1000)) * 1000n;
    for (const { id, atNs } of this.#unsafe) if (atNs > safeNs) this.#places.remove(id);
    this.#unsafe = [];
  }

  /** A row that nobody wrote. */
  intrude(id: string): void {
    this.#places.put(id);
  }

  /** What is in a place now; undefined for a place that it does not have. */
  contents(place: string): readonly string[] | undefined {
    this.#commitLate();
    return this.#places.contents().get(place);
  }

  /** Nothing happens from here on: writes down what there is. */
  close(): void {
    this.#commitLate();
    for (const [place, ids] of this.#places.contents()) for (const id of ids) this.#log.note("holds", place, id);
  }

  #store(id: string, fate: Fate): void {
    const copies = fate === "doubled" ? 2 + Math.floor(2 * this.#dice()) : fate === "lost" || fate === "refused" || fate === "vanished" || fate === "late" ? 0 : 1;
    for (let copy = 0; copy < copies; copy += 1) this.#places.put(fate === "corrupted" ? `${id}\u{fffd}` : id);
    if (fate === "late") this.#late.push({ id, dueNs: this.#clock() + BigInt(this.#script.lateMs) * nanosecondsPerMs });
  }

  #commitLate(): void {
    const nowNs = this.#clock();
    for (let [first] = this.#late; first !== undefined && first.dueNs <= nowNs; [first] = this.#late) {
      this.#late.shift();
      this.#places.put(first.id);
    }
  }
}
