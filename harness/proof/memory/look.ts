/** What happens to the memory of a process, from the first look on. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface Growth {
  /** The most above the first look, over all, and in the halves of the work. */
  grownMiB: number;
  firstHalfMiB: number;
  secondHalfMiB: number;
}

const mebibyte = 2 ** 20;

export class MemoryLook {
  readonly #read: () => number;
  readonly #beforeBytes: number;
  #firstHalf = 0;
  #secondHalf = 0;

  /** `read`: bytes in use now. */
  constructor(read: () => number) {
    this.#read = read;
    this.#beforeBytes = read();
  }

  /** `share`: how much of the work is done, 0 to 1. */
  look(share: number): void {
    const grown = (this.#read() - this.#beforeBytes) / mebibyte;
    if (share < 0.5) this.#firstHalf = Math.max(this.#firstHalf, grown);
    else this.#secondHalf = Math.max(this.#secondHalf, grown);
  }

  growth(): Growth {
    return { grownMiB: Math.max(this.#firstHalf, this.#secondHalf), firstHalfMiB: this.#firstHalf, secondHalfMiB: this.#secondHalf };
  }
}

/** All that this process has of the machine's memory. */
export function residentBytes(): number {
  return process.memoryUsage.rss();
}

/** What this process holds on to: its garbage is collected first, and the room that the collector keeps for it does not count. */
export function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
