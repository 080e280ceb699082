/**
 * The tracked writes of one process: which ids were sent, and what became of each. Journalled in this order, so that nothing that the
 * system may have stored is unknown to the ledger:  invoke → send → ok │ refused │ info.
 */

import type { InstantUs } from "../../base/time.ts";
import { integerBetween, type Dice } from "../../base/random.ts";
import type { LoadEvent, RequestOutcome, WriteOutcome } from "../../log/event.ts";
import { fillTemplate, parseTemplate, type Template } from "../../scenario/template.ts";

/** Ids that `acknowledged` chooses from: the newest so many. */
const rememberedIds = 10_000;

export type WriteEvent = Extract<LoadEvent, { type: "write" }>;

export interface LedgerOptions {
  name: string;
  /** Template of an id: {{run}} and {{n}}. */
  id: string;
  run: string;
  journal: (event: WriteEvent) => void;
  /** Where several processes write to one ledger, its number among them (from 1) and how many there are: each takes the numbers that are its own. */
  numbers?: { readonly number: number; readonly of: number };
}

export class Ledger {
  readonly #name: string;
  readonly #run: string;
  readonly #id: Template;
  readonly #journal: LedgerOptions["journal"];
  readonly #acknowledged: string[] = [];
  #acknowledgedCount = 0;
  readonly #step: number;
  #count: number;

  /** Throws `target-invalid` for a template with other places. */
  constructor(options: LedgerOptions) {
    this.#name = options.name;
    this.#run = options.run;
    this.#id = parseTemplate(options.id);
    this.#journal = options.journal;
    this.#step = options.numbers?.of ?? 1;
    this.#count = (options.numbers?.number ?? 1) - this.#step;
    this.#idOf(0);
  }

  /** The id of the next write: unique, its number one more than that of the write before, or as many more as processes share the ledger. Numbers begin at 1. */
  nextId(): string {
    this.#count += this.#step;
    return this.#idOf(this.#count);
  }

  /** The write is about to be sent. */
  invoke(id: string, intendedUs: InstantUs, at: InstantUs): void {
    this.#journal({ type: "write", at, ledger: this.#name, id, intendedUs, what: "invoke" });
  }

  /** What became of it. */
  settle(id: string, what: WriteOutcome, times: { intendedUs: InstantUs; at: InstantUs }): void {
    this.#journal({ type: "write", at: times.at, ledger: this.#name, id, intendedUs: times.intendedUs, what });
    if (what !== "ok") return;
    this.#acknowledged[this.#acknowledgedCount % rememberedIds] = id;
    this.#acknowledgedCount += 1;
  }

  /**
   * An id that was acknowledged before. While there is none, the id of write number 0, which is never sent: well-formed, and unknown
   * to the system. One roll either way, so that timing moves no other dice.
   */
  acknowledged(roll: Dice): string {
    const rolled = roll();
    return this.#acknowledged[integerBetween(() => rolled, 0, this.#acknowledged.length - 1)] ?? this.#idOf(0);
  }

  #idOf(number: number): string {
    return fillTemplate(this.#id, (place) => {
      if (place.name === "run") return this.#run;
      return place.name === "n" ? String(number) : undefined;
    });
  }
}

/** What an answer, or its absence, says about a write. Only the server's own word that nothing was stored counts as refused (MEASURES.md). */
export function writeOutcomeOf(outcome: RequestOutcome, isPromisedRefusal: boolean): WriteOutcome {
  if (outcome === "ok") return "ok";
  const isAnswered = outcome === "status" || outcome === "body";
  return isAnswered && isPromisedRefusal ? "refused" : "info";
}
