/**
 * Follows a stream of HTTP/1 messages, whatever chunks it comes in, and says which bytes are what. Everything it is given it hands on once and in
 * order; only a head is waited for until it is whole.
 *
 *     head ──▶ length | chunk size ⇄ chunk | until close ──▶ head          not understood ──▶ blind: bytes pass, nobody looks at them
 */

import type { Framing } from "./head.ts";

export interface MessageEvents {
  /** A whole head. How the body ends, or null to go blind: the head is then the first of `raw`. */
  head(head: Buffer): Framing | null;
  /** A part of the body; `isPayload` is false for what only frames it. */
  body(bytes: Buffer, isPayload: boolean): void;
  /** The message is over. */
  done(): void;
  raw(bytes: Buffer): void;
}

const headLimitBytes = 65_536;
const lineLimitBytes = 4096;

type State =
  | { readonly in: "head"; partial: Buffer }
  | { readonly in: "length"; leftBytes: number }
  | { readonly in: "chunk-size"; line: string }
  | { readonly in: "chunk"; leftBytes: number }
  /** After the last chunk: lines up to an empty one. */
  | { readonly in: "trailer"; line: string }
  | { readonly in: "until-close" }
  | { readonly in: "blind" };

const nothing = Buffer.alloc(0);

export class MessageReader {
  readonly #events: MessageEvents;
  #state: State = { in: "head", partial: nothing };

  constructor(events: MessageEvents) {
    this.#events = events;
  }

  write(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#take(rest);
  }

  /** The stream has ended: a head that never became whole is handed on as it is. */
  end(): void {
    if (this.#state.in === "until-close") this.#finish();
    else this.goBlind();
  }

  goBlind(): void {
    const { partial } = this.#state.in === "head" ? this.#state : { partial: nothing };
    this.#state = { in: "blind" };
    if (partial.length > 0) this.#events.raw(partial);
  }

  /** Takes at least one byte and returns the rest. */
  #take(bytes: Buffer): Buffer {
    const state = this.#state;
    switch (state.in) {
      case "head":
        return this.#takeHead(bytes, state);
      case "length":
        return this.#takePayload(bytes, state);
      case "chunk":
        return this.#takeChunk(bytes, state);
      case "chunk-size":
      case "trailer":
        return this.#takeLine(bytes, state);
      case "until-close":
        this.#events.body(bytes, true);
        return nothing;
      case "blind":
        this.#events.raw(bytes);
        return nothing;
    }
  }

  #takeHead(bytes: Buffer, state: { partial: Buffer }): Buffer {
    const all = state.partial.length === 0 ? bytes : Buffer.concat([state.partial, bytes]);
    // The end of the head may straddle the two parts.
    const end = all.indexOf("\r\n\r\n", Math.max(0, state.partial.length - 3), "latin1");
    if (end === -1) {
      state.partial = all;
      if (all.length > headLimitBytes) this.goBlind();
      return nothing;
    }
    const head = all.subarray(0, end + 4);
    state.partial = nothing;
    const framing = this.#events.head(head);
    if (framing === null) {
      this.#state = { in: "blind" };
      this.#events.raw(head);
    } else {
      this.#enter(framing);
    }
    return all.subarray(end + 4);
  }

  #enter(framing: Framing): void {
    if (framing.by === "close") this.#state = { in: "until-close" };
    else if (framing.by === "chunks") this.#state = { in: "chunk-size", line: "" };
    else if (framing.bytes > 0) this.#state = { in: "length", leftBytes: framing.bytes };
    else this.#finish();
  }

  #takePayload(bytes: Buffer, state: { leftBytes: number }): Buffer {
    const part = bytes.subarray(0, state.leftBytes);
    state.leftBytes -= part.length;
    this.#events.body(part, true);
    if (state.leftBytes === 0) this.#finish();
    return bytes.subarray(part.length);
  }

  #takeChunk(bytes: Buffer, state: { leftBytes: number }): Buffer {
    const part = bytes.subarray(0, state.leftBytes);
    state.leftBytes -= part.length;
    this.#events.body(part, true);
    // The line break behind the data is read as an empty line in front of the next size.
    if (state.leftBytes === 0) this.#state = { in: "chunk-size", line: "" };
    return bytes.subarray(part.length);
  }

  #takeLine(bytes: Buffer, state: { readonly in: "chunk-size" | "trailer"; line: string }): Buffer {
    const end = bytes.indexOf(10);
    const part = end === -1 ? bytes : bytes.subarray(0, end + 1);
    state.line += part.toString("latin1");
    this.#events.body(part, false);
    if (state.line.length > lineLimitBytes) this.goBlind();
    else if (end !== -1) this.#readLine(state.in, state.line.trim());
    return bytes.subarray(part.length);
  }

  #readLine(kind: "chunk-size" | "trailer", line: string): void {
    if (kind === "trailer") {
      if (line === "") this.#finish();
      else this.#state = { in: "trailer", line: "" };
      return;
    }
    const size = /^([0-9a-fA-F]{1,12})(?:[ \t]*;.*)?$/.exec(line)?.[1];
    if (line === "") this.#state = { in: "chunk-size", line: "" };
    else if (size === undefined) this.goBlind();
    else this.#state = Number.parseInt(size, 16) === 0 ? { in: "trailer", line: "" } : { in: "chunk", leftBytes: Number.parseInt(size, 16) };
  }

  #finish(): void {
    this.#state = { in: "head", partial: nothing };
    this.#events.done();
  }
}
