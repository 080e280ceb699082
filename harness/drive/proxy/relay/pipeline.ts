/**
 * One direction of one connection: source → slot → slot → … → delivery → sink. Without toxics the first and only station is the delivery.
 *
 * Everything here happens in one thread and without waiting, so a toxic comes or goes between two chunks, never in the middle of one:
 * nothing can be lost, doubled or overtaken by a change, and no change can hang.
 */

import type { Socket } from "node:net";
import type { Dice } from "../../../base/random.ts";
import { Slot, type Inlet } from "./slot.ts";
import type { Toxic } from "./toxic-entry.ts";

/** What a pipeline may do to its connection, and where it counts. */
export interface PipelineHost {
  readonly source: Socket;
  readonly sink: Socket;
  readonly counter: { bytes: number };
  /** What a toxic may hold here at most, whatever its own limit: many connections share the memory. */
  holdShareBytes(): number;
  closeSoon(): void;
  reset(): void;
  diceFor(toxic: Toxic): Dice;
}

export class Pipeline implements Disposable {
  readonly #host: PipelineHost;
  readonly #delivery: Inlet;
  #slots: Slot[] = [];
  #first: Inlet;
  #isPaused = false;
  #isClosing = false;
  #isEnded = false;

  constructor(host: PipelineHost, toxics: readonly Toxic[]) {
    this.#host = host;
    this.#delivery = { write: (chunk) => this.#deliver(chunk), end: () => this.#deliverEnd() };
    this.#first = this.#delivery;
    for (const toxic of toxics) this.add(toxic);
    host.source.on("data", (chunk: Buffer) => this.#receive(chunk));
    host.source.on("end", () => this.#first.end());
    host.sink.on("drain", () => this.#resumeIfPossible());
  }

  /** Puts the toxic last, as Toxiproxy does. */
  add(toxic: Toxic): void {
    if (this.#isEnded) return;
    const host = this.#host;
    const slot = new Slot(toxic, this.#delivery, {
      roll: host.diceFor(toxic),
      close: () => {
        this.#isClosing = true;
      },
      reset: () => host.reset(),
    });
    const last = this.#slots.at(-1);
    if (last === undefined) this.#first = slot;
    else last.next = slot;
    this.#slots.push(slot);
  }

  refresh(toxic: Toxic): void {
    this.#slots.find((slot) => slot.toxic === toxic)?.refresh();
    this.#resumeIfPossible();
  }

  remove(toxic: Toxic): void {
    const index = this.#slots.findIndex((slot) => slot.toxic === toxic);
    const slot = this.#slots[index];
    if (slot === undefined) return;
    slot.retire();
    const previous = this.#slots[index - 1];
    if (previous === undefined) this.#first = slot.next;
    else previous.next = slot.next;
    this.#slots.splice(index, 1);
    slot[Symbol.dispose]();
    this.#resumeIfPossible();
  }

  [Symbol.dispose](): void {
    this.#isEnded = true;
    for (const slot of this.#slots) slot[Symbol.dispose]();
    this.#slots = [];
    this.#first = this.#delivery;
  }

  #receive(chunk: Buffer): void {
    this.#first.write(chunk);
    if (this.#mustWait()) {
      this.#isPaused = true;
      this.#host.source.pause();
    }
  }

  #deliver(chunk: Buffer): void {
    const { sink, counter } = this.#host;
    if (this.#isEnded || sink.destroyed) return;
    counter.bytes += chunk.length;
    sink.write(chunk);
    if (this.#isPaused) this.#resumeIfPossible();
  }

  #deliverEnd(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#isClosing) this.#host.closeSoon();
    else this.#host.sink.end();
  }

  /** The sender is paused while the receiver does not keep up or a toxic holds as much as it may. */
  #resumeIfPossible(): void {
    if (!this.#isPaused || this.#mustWait()) return;
    this.#isPaused = false;
    this.#host.source.resume();
  }

  #mustWait(): boolean {
    if (this.#host.sink.writableNeedDrain) return true;
    if (this.#slots.length === 0) return false;
    const shareBytes = this.#host.holdShareBytes();
    return this.#slots.some((slot) => slot.isOverfull(shareBytes));
  }
}
