/** Availability over time: the share of 100 ms slots without a failure, and the worst second. */

import type { InstantUs } from "../../base/time.ts";

const slotUs = 100_000;
const windowUs = 1_000_000;
const slotsPerWindow = windowUs / slotUs;
const windowsPerStretch = 300;
const slotsPerStretch = windowsPerStretch * slotsPerWindow;

export interface TimeWeighted {
  /** Share of slots with a sample and without a failure; null without any sample. */
  share: number | null;
  slots: number;
  /** Slots between the first and the last sample that held none: left out of the share. */
  empty: number;
  /** Lowest share of good requests in one second; null without any sample. */
  worstWindow: number | null;
}

/** Five minutes: a byte for each slot, two counters for each second. A day of them is less than 2 MiB. */
interface Stretch {
  readonly slots: Uint8Array;
  readonly ok: Uint32Array;
  readonly total: Uint32Array;
}

const slotStates = { empty: 0, clean: 1, failed: 2 } as const;

/** Takes requests by intended start, in any order. */
export class TimeSlots {
  readonly #stretches = new Map<number, Stretch>();

  record(intendedUs: InstantUs, ok: boolean): void {
    const slot = Math.floor(intendedUs / slotUs);
    const number = Math.floor(slot / slotsPerStretch);
    const stretch = this.#stretches.get(number) ?? this.#begin(number);
    const within = slot - number * slotsPerStretch;
    if (!ok) stretch.slots[within] = slotStates.failed;
    else if (stretch.slots[within] === slotStates.empty) stretch.slots[within] = slotStates.clean;
    const window = Math.floor(within / slotsPerWindow);
    stretch.total[window] = (stretch.total[window] ?? 0) + 1;
    if (ok) stretch.ok[window] = (stretch.ok[window] ?? 0) + 1;
  }

  #begin(number: number): Stretch {
    const stretch = { slots: new Uint8Array(slotsPerStretch), ok: new Uint32Array(windowsPerStretch), total: new Uint32Array(windowsPerStretch) };
    this.#stretches.set(number, stretch);
    return stretch;
  }

  read(): TimeWeighted {
    const counts = { clean: 0, failed: 0, first: Infinity, last: -Infinity };
    let worstWindow: number | null = null;
    for (const [number, { slots, ok, total }] of this.#stretches) {
      for (const [within, state] of slots.entries()) {
        if (state === slotStates.empty) continue;
        if (state === slotStates.clean) counts.clean += 1;
        else counts.failed += 1;
        counts.first = Math.min(counts.first, number * slotsPerStretch + within);
        counts.last = Math.max(counts.last, number * slotsPerStretch + within);
      }
      for (const [window, all] of total.entries()) if (all > 0) worstWindow = Math.min(worstWindow ?? 1, (ok[window] ?? 0) / all);
    }
    const slots = counts.clean + counts.failed;
    return { share: slots === 0 ? null : counts.clean / slots, slots, empty: slots === 0 ? 0 : counts.last - counts.first + 1 - slots, worstWindow };
  }
}
