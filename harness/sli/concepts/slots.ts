/** Availability over time: the share of 100 ms slots without a failure, and the worst second. */

import type { InstantUs } from "../../base/time.ts";

const slotUs = 100_000;
const windowUs = 1_000_000;

export interface TimeWeighted {
  /** Share of slots with a sample and without a failure; null without any sample. */
  share: number | null;
  slots: number;
  /** Slots between the first and the last sample that held none: left out of the share. */
  empty: number;
  /** Lowest share of good requests in one second; null without any sample. */
  worstWindow: number | null;
}

/** Takes requests by intended start, in any order. One small counter per slot that held a request. */
export class TimeSlots {
  readonly #slots = new Map<number, boolean>();
  readonly #windows = new Map<number, { ok: number; total: number }>();

  record(intendedUs: InstantUs, ok: boolean): void {
    const slot = Math.floor(intendedUs / slotUs);
    this.#slots.set(slot, ok && this.#slots.get(slot) !== false);
    const key = Math.floor(intendedUs / windowUs);
    const window = this.#windows.get(key) ?? { ok: 0, total: 0 };
    window.total += 1;
    if (ok) window.ok += 1;
    this.#windows.set(key, window);
  }

  read(): TimeWeighted {
    let good = 0;
    let first = Infinity;
    let last = -Infinity;
    for (const [slot, clean] of this.#slots) {
      if (clean) good += 1;
      first = Math.min(first, slot);
      last = Math.max(last, slot);
    }
    const slots = this.#slots.size;
    let worstWindow: number | null = null;
    for (const { ok, total } of this.#windows.values()) worstWindow = Math.min(worstWindow ?? 1, ok / total);
    return { share: slots === 0 ? null : good / slots, slots, empty: slots === 0 ? 0 : last - first + 1 - slots, worstWindow };
  }
}
