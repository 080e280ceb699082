/**
 * One direction of one connection: source → slot → slot → … → delivery → sink. Without toxics the first and only station is the delivery.
 *
 * Everything here happens in one thread and without waiting, so a toxic comes or goes between two chunks, never in the middle of one:
 * nothing can be lost, doubled or overtaken by a change, and no change can hang.
 */

import type { Socket } from "node:net";
import type { Dice } from "../../../base/random.ts";
import { Slot, type Inlet } from "./slot.ts";
import type { StreamToxic } from "./toxic-entry.ts";

/** What a pipeline may do to its connection, and where it counts. */
export interface PipelineHost {
  readonly source: Socket;
  readonly sink: Socket;
  readonly counter: StreamCounter;
  /** What a toxic may hold here at most, whatever its own limit: many connections share the memory. */
  holdShareBytes(): number;
  /** Whether the sender has to wait for something beside the receiver and the toxics. */
  mustWaitToo(): boolean;
  closeSoon(): void;
  reset(): void;
  diceFor(toxic: StreamToxic): Dice;
}

export interface StreamCounter {
  receivedBytes: number;
  sentBytes: number;
}

export class Pipeline implements Disposable {
  /** Behind all toxics: what gets here goes to the receiver. */
  readonly delivery: Inlet;
  /** In front of the first toxic. */
  readonly inlet: Inlet;
  readonly #host: PipelineHost;
  #slots: Slot[] = [];
  #first: Inlet;
  #entrance: Inlet | null = null;
  #exit: Inlet;
  #isSinkFull = false;
  #isPaused = false;
  #isClosing = false;
  #isEnded = false;

  constructor(host: PipelineHost) {
    this.#host = host;
    this.delivery = { write: (chunk) => this.#deliver(chunk), end: () => this.#deliverEnd() };
    this.inlet = { write: (chunk) => this.#first.write(chunk), end: () => this.#first.end() };
    this.#first = this.delivery;
    this.#exit = this.delivery;
    host.source.on("data", (chunk: Buffer) => this.#receive(chunk));
    host.source.on("end", () => (this.#entrance ?? this.#first).end());
    host.sink.on("drain", () => {
      this.#isSinkFull = false;
      this.recheck();
    });
  }

  /** Puts something in front of all toxics, which hands on to `inlet`. Before there are any. */
  enterThrough(entrance: Inlet): void {
    this.#entrance = entrance;
  }

  /** Puts something behind all toxics, which hands on to `delivery`. Before there are any. */
  leaveThrough(exit: Inlet): void {
    this.#exit = exit;
    this.#first = exit;
  }

  /** Puts the toxic last, as Toxiproxy does. */
  add(toxic: StreamToxic): void {
    if (this.#isEnded) return;
    const host = this.#host;
    const slot = new Slot(toxic, this.#exit, {
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

  refresh(toxic: StreamToxic): void {
    this.#slots.find((slot) => slot.toxic === toxic)?.refresh();
    this.recheck();
  }

  remove(toxic: StreamToxic): void {
    const index = this.#slots.findIndex((slot) => slot.toxic === toxic);
    const slot = this.#slots[index];
    if (slot === undefined) return;
    slot.retire();
    const previous = this.#slots[index - 1];
    if (previous === undefined) this.#first = slot.next;
    else previous.next = slot.next;
    this.#slots.splice(index, 1);
    slot[Symbol.dispose]();
    this.recheck();
  }

  /** The sender is paused while the receiver does not keep up or a toxic holds as much as it may. */
  recheck(): void {
    if (!this.#isPaused || this.#mustWait()) return;
    this.#isPaused = false;
    this.#host.source.resume();
  }

  [Symbol.dispose](): void {
    this.#isEnded = true;
    for (const slot of this.#slots) slot[Symbol.dispose]();
    this.#slots = [];
    this.#first = this.#exit;
  }

  #receive(chunk: Buffer): void {
    this.#host.counter.receivedBytes += chunk.length;
    (this.#entrance ?? this.#first).write(chunk);
    if (this.#mustWait()) {
      this.#isPaused = true;
      this.#host.source.pause();
    }
  }

  #deliver(chunk: Buffer): void {
    const { sink, counter } = this.#host;
    if (this.#isEnded || sink.destroyed) return;
    counter.sentBytes += chunk.length;
    this.#isSinkFull = !sink.write(chunk);
    if (this.#isPaused) this.recheck();
  }

  #deliverEnd(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#isClosing) this.#host.closeSoon();
    else this.#host.sink.end();
  }

  #mustWait(): boolean {
    if (this.#isSinkFull || this.#host.mustWaitToo()) return true;
    if (this.#slots.length === 0) return false;
    const shareBytes = this.#host.holdShareBytes();
    return this.#slots.some((slot) => slot.isOverfull(shareBytes));
  }
}
