/** Requests of the scripted server that wait for their answer: first in, first out. The front is cut off now and then, not each time. */

import type { Socket } from "node:net";

export class Lane {
  #waiting: Waiting[] = [];
  #from = 0;

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  get nextDueUs(): number {
    return this.#waiting[this.#from]?.dueUs ?? Number.POSITIVE_INFINITY;
  }

  takeDue(now: number): Waiting | null {
    const first = this.#waiting[this.#from];
    if (first === undefined || first.dueUs > now) return null;
    this.#from += 1;
    if (this.#from > 1000 && this.#from * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#from);
      this.#from = 0;
    }
    return first;
  }
}

export interface Waiting {
  n: number;
  connection: number;
  arrivedUs: number;
  dueUs: number;
  socket: Socket;
}
