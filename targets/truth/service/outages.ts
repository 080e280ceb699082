/** When the service is down, and in what manner. Every change is in the truth log the moment it is made. */

import type { Dice } from "./dice.ts";
import type { Manner, OutageOrder } from "./script.ts";
import type { TruthLog } from "./truth-log.ts";

/** Told of every change. */
export interface OutageListener {
  down(by: Manner): void;
  /** Resolves when the service can be reached again. */
  up(): Promise<void>;
}

export class Outages {
  readonly #dice: Dice;
  readonly #log: TruthLog;
  readonly #listeners: OutageListener[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #now: { by: Manner; share: number } | null = null;
  #upAtMs = -Infinity;

  constructor(dice: Dice, log: TruthLog) {
    this.#dice = dice;
    this.#log = log;
  }

  listen(listener: OutageListener): void {
    this.#listeners.push(listener);
  }

  order({ by, stretches, share = 1 }: OutageOrder): void {
    this.#log.note("ordered", by);
    for (const { fromMs, toMs } of stretches) {
      this.#after(fromMs, () => this.#down(by, share));
      this.#after(toMs, () => void this.#up());
    }
  }

  /** In what manner a request that comes now is not answered; null when it is. */
  hits(): Manner | null {
    if (this.#now === null || (this.#now.share < 1 && this.#dice() >= this.#now.share)) return null;
    return this.#now.by;
  }

  /** Since the last outage has ended; Infinity before the first. */
  get upForMs(): number {
    return performance.now() - this.#upAtMs;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** A part of the requests cannot be refused by a port that is closed: they are reset. */
  #down(by: Manner, share: number): void {
    const manner = by === "refusal" && share < 1 ? "reset" : by;
    this.#log.note("down", manner);
    this.#now = { by: manner, share };
    if (share === 1) for (const listener of this.#listeners) listener.down(manner);
  }

  async #up(): Promise<void> {
    await Promise.all(this.#listeners.map(async (listener) => await listener.up()));
    this.#now = null;
    this.#upAtMs = performance.now();
    this.#log.note("up");
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }
}
