/** What both services do with a request: it is hit by the outage, or waits its time and is answered. */

import type { Dice } from "./dice.ts";
import type { Outages } from "./outages.ts";
import type { Manner, ServiceScript } from "./script.ts";
import type { TruthLog } from "./truth-log.ts";

export interface Visit {
  /** Answers; not called when the visitor is gone. */
  serve(): void;
  fail(by: Exclude<Manner, "stall">): void;
  isGone(): boolean;
}

/** An answer that is so much later than the script says is no longer the script's: it goes into the log. */
const lateMs = 20;

export class Desk {
  readonly #log: TruthLog;
  readonly #script: ServiceScript;
  readonly #dice: Dice;
  readonly #outages: Outages;
  #held: Visit[] = [];

  constructor(script: ServiceScript, { dice, outages, log }: { dice: Dice; outages: Outages; log: TruthLog }) {
    this.#script = script;
    this.#dice = dice;
    this.#outages = outages;
    this.#log = log;
  }

  receive(visit: Visit): void {
    const by = this.#outages.hits();
    if (by === "stall") this.#held.push(visit);
    else if (by === null) this.#answer(visit);
    else visit.fail(by);
  }

  /** Those whom a stall has held are answered like all others. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const visit of held) this.#answer(visit);
  }

  #answer(visit: Visit): void {
    const delayMs = this.#delayMs();
    const dueMs = performance.now() + delayMs;
    setTimeout(() => {
      const overMs = performance.now() - dueMs;
      if (overMs > lateMs) this.#log.note("late", overMs.toFixed(1));
      if (!visit.isGone()) visit.serve();
    }, delayMs);
  }

  #delayMs(): number {
    const { delays, slowRecovery } = this.#script;
    const rest = Math.max(0, 1 - this.#outages.upForMs / Math.max(1, slowRecovery.forMs));
    let roll = this.#dice() * delays.reduce((sum, { share }) => sum + share, 0);
    const delay = delays.find(({ share }) => (roll -= share) < 0) ?? delays.at(-1);
    return (delay?.ms ?? 0) + slowRecovery.extraMs * rest;
  }
}
