/** Reads one segment, from its beginning or on from where it was left, and survives its end being cut off at any byte. */

import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { LogEvent } from "./event.ts";
import { decodeRequest, eventMagic, frameHeaderBytes, maxRecordBytes, requestBytes, requestMagic, type RequestTable } from "./record.ts";

const chunkBytes = 256 * 1024;

/** How a segment ended: at a whole record, or `cut` inside one (or damaged). */
export type SegmentEnd = "whole" | "cut";

/** Yields the events of a segment file in the order they were written and returns how it ended. */
export function* readSegment(path: string): Generator<LogEvent, SegmentEnd> {
  const tail = new SegmentTail(path);
  try {
    for (;;) {
      const events = tail.read();
      if (events.length === 0) return tail.rest === 0 ? "whole" : "cut";
      yield* events;
    }
  } finally {
    tail[Symbol.dispose]();
  }
}

/** Where a record stands: in which segment, as which record of its kind from 1, and from which byte of the file. */
export interface Place {
  segment: string;
  record: number;
  byte: number;
}

/** Reads the events of a segment with their places, in the order they were written. */
export function* readPlaced(path: string): Generator<{ event: LogEvent; place: Place }> {
  using tail = new SegmentTail(path);
  const segment = path.slice(path.lastIndexOf("/") + 1);
  let record = 0;
  for (;;) {
    const placed: { event: LogEvent; place: Place }[] = [];
    tail.readEach((event, byte) => void placed.push({ event, place: { segment, record: (record += 1), byte } }));
    if (placed.length === 0) return;
    yield* placed;
  }
}

/** Follows a segment while it is written. */
export class SegmentTail implements Disposable {
  readonly #descriptor: number;
  readonly #decode: Decoder;
  #buffer: Buffer = Buffer.alloc(0);
  #position = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
    this.#decode = path.endsWith(".requests") ? requestDecoder() : eventDecoder();
  }

  /** Bytes at the end that are no whole record: a record that is still being written, or damage. */
  get rest(): number {
    return this.#buffer.length;
  }

  /** The next events, about one chunk of them; empty when there are none (yet). */
  read(): LogEvent[] {
    const events: LogEvent[] = [];
    this.readEach((event) => void events.push(event));
    return events;
  }

  /** The same, one by one, each with the byte of the file that its record begins at. */
  readEach(take: (event: LogEvent, byte: number) => void): void {
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const count = readSync(this.#descriptor, chunk, 0, chunkBytes, this.#position);
      if (count === 0) return;
      const startByte = this.#position - this.#buffer.length;
      this.#position += count;
      this.#buffer = this.#buffer.length === 0 ? chunk.subarray(0, count) : Buffer.concat([this.#buffer, chunk.subarray(0, count)]);
      let taken = 0;
      const used = this.#decode(this.#buffer, (event, offset) => {
        taken += 1;
        take(event, startByte + offset);
      });
      this.#buffer = this.#buffer.subarray(used);
      if (taken > 0) return;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** Hands over the whole events of `bytes`, each with its offset; returns how many bytes they took. Stays at damage for ever. */
type Decoder = (bytes: Buffer, take: (event: LogEvent, offset: number) => void) => number;

function eventDecoder(): Decoder {
  let started = false;
  return (bytes, take) => {
    let offset = 0;
    if (!started) {
      if (!startsWith(bytes, eventMagic)) return 0;
      started = true;
      offset = eventMagic.length;
    }
    for (;;) {
      const payload = payloadAt(bytes, offset);
      if (payload === null) return offset;
      const event = parse(payload, isLogEvent);
      if (event === null) return offset;
      take(event, offset);
      offset += frameHeaderBytes + payload.length;
    }
  };
}

function requestDecoder(): Decoder {
  let table: RequestTable | null = null;
  return (bytes, take) => {
    let offset = 0;
    if (table === null) {
      if (!startsWith(bytes, requestMagic)) return 0;
      const payload = payloadAt(bytes, requestMagic.length);
      if (payload === null) return 0;
      table = parse(payload, isRequestTable);
      if (table === null) return 0;
      offset = requestMagic.length + frameHeaderBytes + payload.length;
    }
    while (offset + requestBytes <= bytes.length) {
      const request = decodeRequest(bytes, offset, table);
      if (request === null) return offset;
      take(request, offset);
      offset += requestBytes;
    }
    return offset;
  };
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.length >= magic.length && bytes.subarray(0, magic.length).equals(magic);
}

function payloadAt(bytes: Buffer, offset: number): Buffer | null {
  if (offset + frameHeaderBytes > bytes.length) return null;
  const length = bytes.readUInt32LE(offset);
  const end = offset + frameHeaderBytes + length;
  if (length > maxRecordBytes || end > bytes.length) return null;
  const payload = bytes.subarray(offset + frameHeaderBytes, end);
  return crc32(payload) === bytes.readUInt32LE(offset + 4) ? payload : null;
}

// The checksum says that this is what our writer wrote, so a glance at its shape is enough; what does not parse is damage all the same.
function parse<T>(payload: Buffer, is: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(payload.toString("utf8"));
    return is(value) ? value : null;
  } catch {
    return null;
  }
}

function isLogEvent(value: unknown): value is LogEvent {
  return typeof value === "object" && value !== null && "type" in value && "at" in value && typeof value.at === "number";
}

function isRequestTable(value: unknown): value is RequestTable {
  return typeof value === "object" && value !== null && "routes" in value && "workloads" in value;
}
