/** A stream of chunks, taken in the lengths that its reader wants. */

import { RoadworthyError } from "../../../base/error.ts";

const none = Buffer.alloc(0);

export class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = none;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Rejects with `stack-unavailable` when there are fewer. */
  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.upTo(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** Together so many, as they come. */
  async *upTo(count: number): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      const chunk = this.#rest.length > 0 ? this.#rest : await this.#next();
      if (chunk === null) throw new RoadworthyError("stack-unavailable", `it broke off ${left} bytes too early`, { hint: "see the engine's own log" });
      this.#rest = chunk.subarray(left);
      yield chunk.subarray(0, left);
      left -= Math.min(left, chunk.length);
    }
  }

  /** Whether there is anything left. */
  async isAtEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const chunk = await this.#next();
      if (chunk === null) return true;
      this.#rest = chunk;
    }
    return false;
  }

  async #next(): Promise<Buffer | null> {
    const { done, value } = await this.#chunks.next();
    return done === true ? null : value;
  }
}
