/** What leaves towards the client in order while some of it is slowed down: everything behind a slow body waits for it. */

import { msToUs } from "../../../base/duration.ts";
import { nowUs } from "../../../base/time.ts";
import { DelayLine, type DelayLineOutlet } from "../toxics/delay-line.ts";

/** A body trickles in pieces of so much time. */
const pieceMs = 100;

export class SlowLine implements Disposable {
  readonly #line: DelayLine;
  readonly #outlet: DelayLineOutlet;
  /** When the body that is slowed down now has sent all it was given; null between bodies. */
  #freeUs: number | null = null;

  constructor(outlet: DelayLineOutlet) {
    this.#line = new DelayLine(outlet);
    this.#outlet = outlet;
  }

  get heldBytes(): number {
    return this.#line.heldBytes;
  }

  pass(bytes: Buffer): void {
    if (this.#line.isEmpty) this.#outlet.pass(bytes);
    else this.#line.hold(bytes, 0);
  }

  passEnd(): void {
    if (this.#line.isEmpty) this.#outlet.passEnd();
    else this.#line.hold(null, 0);
  }

  /** A part of a slow body; the delay counts from its first part. */
  passSlowly(bytes: Buffer, { delayMs, bytesPerSecond }: { delayMs: number; bytesPerSecond: number }): void {
    let freeUs = Math.max(this.#freeUs ?? nowUs() + msToUs(delayMs), nowUs());
    const pieceBytes = Number.isFinite(bytesPerSecond) ? Math.max(1, Math.round((bytesPerSecond * pieceMs) / 1000)) : bytes.length;
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      const piece = bytes.subarray(start, start + pieceBytes);
      freeUs += (piece.length * 1_000_000) / bytesPerSecond;
      this.#line.hold(piece, freeUs);
    }
    this.#freeUs = freeUs;
  }

  endSlow(): void {
    this.#freeUs = null;
  }

  flush(): void {
    this.#line.flush();
  }

  [Symbol.dispose](): void {
    this.#line[Symbol.dispose]();
  }
}
