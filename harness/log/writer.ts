/**
 * Writes one process's segment of the event log: append-only, buffered for at most 50 ms, on disk (fsync) at least each second and
 * whenever `sync` is called, which the harness does before every fault and verdict (R16).
 */

import { closeSync, fsync, fsyncSync, mkdirSync, openSync, writeSync, writevSync } from "node:fs";
import { dirname, join } from "node:path";
import { asRoadworthyError, RoadworthyError, systemErrorCode } from "../base/error.ts";
import { every } from "../base/time.ts";
import type { JsonEvent } from "./event.ts";
import { encodeRequest, eventMagic, frame, framedBytes, frameInto, requestBytes, requestMagic, type RequestRecord, type RequestTable } from "./record.ts";
import { cleanHeader } from "./clean-header.ts";
import { exactRedactor, redact, type Redact } from "./redact.ts";

const flushIntervalMs = 50;
const flushesPerSync = 20;
const blockBytes = 64 * 1024;
/** What comes in between two flushes of a fast load. With more, it is written at once, so that a segment holds no more memory than this. */
const mostBlocks = 64;

export interface EventWriter extends Disposable {
  write(event: JsonEvent): void;
  /** Everything written so far is on disk when this returns. Throws `cannot-write`. */
  sync(): void;
}

export interface RequestWriter extends Disposable {
  write(record: RequestRecord): void;
  sync(): void;
}

export interface SegmentOptions {
  /** Told of a write that failed between calls; calls throw it themselves. */
  onError: (error: RoadworthyError) => void;
  /** Texts that must not get into the segment, in any spelling. What is added to the list counts from then on. */
  secrets?: readonly string[];
}

/** Opens `<folder>/<name>.events`. */
export function openEventWriter(folder: string, name: string, options: SegmentOptions): EventWriter {
  const file = new SegmentFile(join(folder, `${name}.events`), options);
  file.append(eventMagic);
  const exact = exactRedactor(options.secrets ?? []);
  return {
    write: (event) => appendFramed(file, redactEvent(event, exact)),
    sync: () => file.sync(),
    [Symbol.dispose]: () => file.close(),
  };
}

/** Opens `<folder>/<name>.requests`; `table` gives the names behind the numbers of its records. */
export function openRequestWriter(folder: string, name: string, table: RequestTable, options: SegmentOptions): RequestWriter {
  const file = new SegmentFile(join(folder, `${name}.requests`), options);
  file.append(requestMagic);
  appendFramed(file, JSON.stringify(table));
  return {
    write: (record) => {
      const offset = file.reserve(requestBytes);
      encodeRequest(file.block, offset, record);
      file.filled(requestBytes);
    },
    sync: () => file.sync(),
    [Symbol.dispose]: () => file.close(),
  };
}

function appendFramed(file: SegmentFile, payload: string): void {
  const size = framedBytes(payload);
  const offset = file.reserve(size);
  frameInto(file.block, offset, payload);
  file.filled(size);
}

/** Adds events to a segment that was closed, such as the cleanup's result to each scenario's log. On disk when this returns. */
export function appendEvents(folder: string, name: string, events: readonly JsonEvent[], secrets: readonly string[] = []): void {
  const exact = exactRedactor(secrets);
  const path = join(folder, `${name}.events`);
  writing(path, () => {
    const descriptor = openSync(path, "a");
    try {
      writeSync(descriptor, Buffer.concat(events.map((event) => frame(redactEvent(event, exact)))));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Fields that hold words of the log itself. */
const words = new Set(["type", "stage", "edge", "stream", "outcome", "when", "state"]);

function redactEvent(event: JsonEvent, exact: Redact): string {
  // A run header holds definitions that are judged by: patterns are for its parts that are not.
  const [clean, all] = event.type === "run" ? [cleanHeader(event), exact] : [event, (text: string) => redact(exact(text))];
  return JSON.stringify(clean, (key, value: unknown) => (typeof value === "string" && !words.has(key) ? all(value) : value));
}

/** Buffers by blocks that are used again once they are written: new ones each time would lie about by the dozen until they are collected. */
class SegmentFile {
  /** Where `reserve` has made room. */
  block = Buffer.allocUnsafe(blockBytes);
  #used = 0;
  #full: { block: Buffer<ArrayBuffer>; used: number }[] = [];
  readonly #free: Buffer<ArrayBuffer>[] = [];
  readonly #path: string;
  readonly #descriptor: number;
  readonly #timer: Disposable;
  #flushes = 0;
  #unsynced = false;
  #syncing = false;
  #closed = false;
  readonly #onError: SegmentOptions["onError"];

  constructor(path: string, options: SegmentOptions) {
    this.#path = path;
    this.#onError = options.onError;
    this.#descriptor = writing(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      return openSync(path, "ax");
    });
    const ticker = every(flushIntervalMs, () => this.#telling(() => this.#tick()));
    ticker.unref();
    this.#timer = ticker;
  }

  append(bytes: Buffer): void {
    const offset = this.reserve(bytes.length);
    this.filled(bytes.copy(this.block, offset));
  }

  /** Makes room for `size` bytes in the block and returns where; they count once `filled` has been called. */
  reserve(size: number): number {
    if (this.#used + size > this.block.length) {
      this.#endBlock();
      if (this.#full.length >= mostBlocks) this.#telling(() => this.#flush());
      if (size > this.block.length) this.block = Buffer.allocUnsafe(size);
    }
    return this.#used;
  }

  filled(size: number): void {
    if (!this.#closed) this.#used += size;
  }

  sync(): void {
    if (this.#closed) return;
    this.#flush();
    if (!this.#unsynced) return;
    writing(this.#path, () => fsyncSync(this.#descriptor));
    this.#unsynced = false;
  }

  close(): void {
    if (this.#closed) return;
    this.#timer[Symbol.dispose]();
    try {
      this.sync();
    } finally {
      this.#closed = true;
      // An fsync that is under way closes it when it is done.
      if (!this.#syncing) closeSync(this.#descriptor);
    }
  }

  /** Whoever writes a record in the midst of its work must not be thrown out of it. */
  #telling(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#onError(asRoadworthyError(error));
    }
  }

  #tick(): void {
    if (this.#closed) return;
    this.#flushes += 1;
    this.#flush();
    if (this.#flushes % flushesPerSync === 0) this.#syncLater();
  }

  /** The periodic fsync goes to another thread: a slow disk must not make the load generator late. */
  #syncLater(): void {
    if (!this.#unsynced || this.#syncing) return;
    this.#syncing = true;
    this.#unsynced = false;
    fsync(this.#descriptor, (error) => {
      this.#syncing = false;
      if (error !== null) this.#onError(cannotWrite(this.#path, error));
      if (this.#closed) closeSync(this.#descriptor);
    });
  }

  #flush(): void {
    this.#endBlock();
    const full = this.#full;
    if (full.length === 0) return;
    this.#full = [];
    const pieces = full.map(({ block, used }) => block.subarray(0, used));
    writing(this.#path, () => writeWhole(this.#descriptor, pieces));
    this.#unsynced = true;
    for (const { block } of full) if (block.length === blockBytes) this.#free.push(block);
  }

  #endBlock(): void {
    if (this.#used === 0) return;
    this.#full.push({ block: this.block, used: this.#used });
    this.block = this.#free.pop() ?? Buffer.allocUnsafe(blockBytes);
    this.#used = 0;
  }
}

function writeWhole(descriptor: number, pieces: readonly Buffer[]): void {
  let written = writevSync(descriptor, pieces);
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (written === size) return;
  const bytes = Buffer.concat(pieces);
  while (written < size) written += writeSync(descriptor, bytes, written);
}

function writing<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown): RoadworthyError {
  const code = systemErrorCode(error);
  return new RoadworthyError("cannot-write", `cannot write ${path}: ${code ?? String(error)}`, {
    hint: code === "ENOSPC" ? "free some space, or choose another folder with --out" : "check that the folder may be written, or choose another with --out",
    where: path,
    cause: error,
  });
}
