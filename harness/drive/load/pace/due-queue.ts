/** Numbers with the time at which each is due, taken in the order of time: a binary heap. */

interface Due {
  readonly dueMs: number;
  readonly n: number;
}

export class DueQueue {
  /** Each entry is due no earlier than the one at half its place. */
  readonly #heap: Due[] = [];

  /** Infinite when it is empty. */
  get nextDueMs(): number {
    return this.#heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  add(dueMs: number, n: number): void {
    const entry = { dueMs, n };
    let place = this.#heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      this.#heap[place] = above;
      place = parent;
    }
    this.#heap[place] = entry;
  }

  /** The number that is due first; of several at one time the smallest. Throws `RangeError` when it is empty. */
  take(): number {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) throw new RangeError("nothing is due");
    if (this.#heap.length > 0) this.#sink(last);
    return first.n;
  }

  /** Puts an entry where the first one was, and from there to its place. */
  #sink(entry: Due): void {
    let place = 0;
    for (;;) {
      const [left, right] = [this.#heap[2 * place + 1], this.#heap[2 * place + 2]];
      if (left === undefined) break;
      const takesRight = right !== undefined && isBefore(right, left);
      const below = takesRight ? right : left;
      if (!isBefore(below, entry)) break;
      this.#heap[place] = below;
      place = 2 * place + (takesRight ? 2 : 1);
    }
    this.#heap[place] = entry;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.n < b.n);
}
