/** A toxic's place in one pipeline. Whether it affects this connection is decided by one throw of dice, made when the two met. */

import type { Dice } from "../../../base/random.ts";
import type { StreamToxic } from "./toxic-entry.ts";
import { attachToxic, holdLimitBytesOf } from "../toxics/index.ts";
import type { Outlet, Stage } from "../toxics/toxic.ts";

/** The next station of a pipeline. */
export interface Inlet {
  write(chunk: Buffer): void;
  end(): void;
}

export interface SlotHost {
  readonly roll: Dice;
  /** The end that follows is one of the whole connection. */
  close(): void;
  reset(): void;
}

export class Slot implements Inlet, Outlet, Disposable {
  readonly toxic: StreamToxic;
  readonly roll: Dice;
  next: Inlet;
  readonly #host: SlotHost;
  readonly #lot: number;
  readonly #holdLimitBytes: number;
  /** null while this connection is not affected. */
  #stage: Stage | null = null;
  #isTouched = false;
  #hasEnded = false;
  #hasPassedEnd = false;

  constructor(toxic: StreamToxic, next: Inlet, host: SlotHost) {
    this.toxic = toxic;
    this.next = next;
    this.roll = host.roll;
    this.#host = host;
    this.#lot = host.roll();
    this.#holdLimitBytes = holdLimitBytesOf(toxic.spec.type);
    this.refresh();
  }

  /** Whether the sender has to wait until the toxic holds less. */
  isOverfull(shareBytes: number): boolean {
    return this.#stage !== null && this.#stage.heldBytes() > Math.min(this.#holdLimitBytes, shareBytes);
  }

  write(chunk: Buffer): void {
    if (this.#stage === null) {
      this.next.write(chunk);
      return;
    }
    if (this.#hasEnded) return;
    this.#touch(chunk.length);
    this.#stage.write(chunk);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#stage === null) {
      this.passEnd();
      return;
    }
    this.#touch(0);
    this.#stage.end();
  }

  /** Attributes or toxicity may have changed. */
  refresh(): void {
    // The lot is in [0, 1): toxicity 0 affects none, 1 affects all.
    const isAffected = this.#lot < this.toxic.toxicity;
    if (!isAffected) this.retire();
    else if (this.#stage !== null) this.#stage.refresh();
    else if (!this.#hasEnded) this.#stage = attachToxic(this.toxic.spec, this);
  }

  retire(): void {
    const stage = this.#stage;
    this.#stage = null;
    stage?.retire();
    stage?.[Symbol.dispose]();
  }

  pass(chunk: Buffer): void {
    if (!this.#hasPassedEnd) this.next.write(chunk);
  }

  passEnd(): void {
    if (this.#hasPassedEnd) return;
    this.#hasPassedEnd = true;
    this.next.end();
  }

  close(): void {
    if (this.#hasPassedEnd) return;
    this.#touch(0);
    this.#hasEnded = true;
    this.#host.close();
    this.passEnd();
  }

  reset(): void {
    this.#touch(0);
    this.#host.reset();
  }

  [Symbol.dispose](): void {
    this.#stage?.[Symbol.dispose]();
    this.#stage = null;
  }

  #touch(bytes: number): void {
    this.toxic.witness.bytes += bytes;
    if (this.#isTouched) return;
    this.#isTouched = true;
    this.toxic.witness.connections += 1;
  }
}
