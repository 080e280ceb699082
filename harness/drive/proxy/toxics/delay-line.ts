/** Holds chunks, and the end, until they are due; lets them out in the order they came in. One timer, for the first in line. */

import { after, nowUs, type InstantUs } from "../../../base/time.ts";
import { usToMs } from "../../../base/duration.ts";

export interface DelayLineOutlet {
  pass(chunk: Buffer): void;
  passEnd(): void;
}

interface Held {
  /** null is the end. */
  readonly chunk: Buffer | null;
  readonly dueUs: InstantUs;
}

export class DelayLine implements Disposable {
  readonly #outlet: DelayLineOutlet;
  #queue: Held[] = [];
  /** Index of the first one still held: shifting a long array would copy it each time. */
  #first = 0;
  #heldBytes = 0;
  #timer: Disposable | null = null;

  constructor(outlet: DelayLineOutlet) {
    this.#outlet = outlet;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get isEmpty(): boolean {
    return this.#first === this.#queue.length;
  }

  /** `dueUs` may be Infinity: until `flush`. One that is due before its predecessor leaves together with it. `null` is the end. */
  hold(chunk: Buffer | null, dueUs: InstantUs): void {
    this.#queue.push({ chunk, dueUs });
    this.#heldBytes += chunk?.length ?? 0;
    if (this.#timer === null) this.#arm();
  }

  /** Lets everything out now. */
  flush(): void {
    this.#release(Number.POSITIVE_INFINITY);
  }

  [Symbol.dispose](): void {
    this.#disarm();
    this.#queue = [];
    this.#first = 0;
    this.#heldBytes = 0;
  }

  #arm(): void {
    const next = this.#queue[this.#first];
    if (next === undefined || next.dueUs === Number.POSITIVE_INFINITY) return;
    this.#timer = after(Math.ceil(usToMs(next.dueUs - nowUs())), () => {
      this.#timer = null;
      // Timers count from the start of the loop's turn and may fire up to a millisecond early: only what is due goes.
      this.#release(nowUs());
    });
  }

  #disarm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
  }

  #release(untilUs: InstantUs): void {
    this.#disarm();
    for (;;) {
      const next = this.#queue[this.#first];
      if (next === undefined || next.dueUs > untilUs) break;
      this.#first += 1;
      this.#heldBytes -= next.chunk?.length ?? 0;
      if (next.chunk === null) this.#outlet.passEnd();
      else this.#outlet.pass(next.chunk);
    }
    this.#compact();
    // Passing something on may have led to more being held, and that may have armed the timer.
    if (this.#timer === null) this.#arm();
  }

  #compact(): void {
    if (this.isEmpty) {
      this.#queue = [];
      this.#first = 0;
    } else if (this.#first > 1024) {
      this.#queue.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
