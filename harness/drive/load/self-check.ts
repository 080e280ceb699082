/** The generator's own health, once a second: a generator that is late or out of breath says nothing about the target (MEASURES.md, R18). */

import { every, nowUs, wallClockMs, watchCollections, watchEventLoop, type InstantUs } from "../../base/time.ts";
import type { LoadEvent } from "../../log/event.ts";
import { wholeLoad, type Part } from "./threads.ts";

const sampleIntervalMs = 1000;

export interface SelfCheck extends Disposable {
  /** How late a due request was submitted. */
  onLag(lagUs: number): void;
}

export interface SelfCheckOptions {
  write: (event: LoadEvent) => void;
  load: () => { connections: number; inFlight: number };
  /** Which of the load processes this is. */
  part?: Part;
}

/** Disposing it writes a last sample of what is left of the last second. */
export function startSelfCheck(options: SelfCheckOptions): SelfCheck {
  const { part = wholeLoad } = options;
  const lags = new LagHistogram();
  const eventLoop = watchEventLoop();
  const collections = watchCollections();
  let before = usage();
  const sampleNow = (): void => {
    const now = usage();
    const collected = collections.take();
    options.write({
      type: "generator",
      at: nowUs(),
      startLagP99Ms: lags.takeP99Us() / 1000,
      eventLoopDelayP99Ms: eventLoop.takeDelayP99Ms(),
      cpuPercent: (100 * (now.cpuUs - before.cpuUs)) / Math.max(1, now.at - before.at),
      collectionMs: collected.totalMs,
      longestCollectionMs: collected.longestMs,
      clockStepMs: clockStepMs(before, now),
      ...options.load(),
      ...(part.of === 1 ? {} : { process: part.number }),
    });
    before = now;
  };
  const ticker = every(sampleIntervalMs, sampleNow);
  return {
    onLag: (lagUs) => lags.add(lagUs),
    [Symbol.dispose]: () => {
      ticker[Symbol.dispose]();
      sampleNow();
      eventLoop[Symbol.dispose]();
      collections[Symbol.dispose]();
    },
  };
}

/** CPU time of this process, all of its threads, and when it was read, by both clocks. */
function usage(): { at: InstantUs; wallMs: number; cpuUs: number } {
  const { user, system } = process.cpuUsage();
  return { at: nowUs(), wallMs: wallClockMs(), cpuUs: user + system };
}

/** Differences below this are between two looks at two clocks. */
const leastStepMs = 5;

/** How far the wall clock was set, or the machine slept, between two looks at both clocks; 0 for what is no step. No duration hangs on it (R13). */
export function clockStepMs(before: { at: InstantUs; wallMs: number }, now: { at: InstantUs; wallMs: number }): number {
  const stepMs = now.wallMs - before.wallMs - (now.at - before.at) / 1000;
  return Math.abs(stepMs) < leastStepMs ? 0 : Math.round(stepMs);
}

const bucketUs = 50;
const buckets = 4000;

/** Counts lags in buckets of 50 µs up to 200 ms; what is longer is kept by its maximum. Nearest rank, upper end of the bucket. */
export class LagHistogram {
  readonly #counts = new Uint32Array(buckets + 1);
  #count = 0;
  #maxUs = 0;

  add(lagUs: number): void {
    const bucket = Math.min(buckets, Math.max(0, Math.floor(lagUs / bucketUs)));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#maxUs = Math.max(this.#maxUs, lagUs);
  }

  /** The 99th percentile since the last call; 0 without any. */
  takeP99Us(): number {
    const rank = Math.ceil(this.#count * 0.99);
    let seen = 0;
    let bucket = 0;
    while (bucket < buckets && seen + (this.#counts[bucket] ?? 0) < rank) {
      seen += this.#counts[bucket] ?? 0;
      bucket += 1;
    }
    const p99Us = bucket === buckets ? this.#maxUs : Math.min(this.#maxUs, (bucket + 1) * bucketUs);
    this.#counts.fill(0);
    this.#count = 0;
    this.#maxUs = 0;
    return Math.max(0, p99Us);
  }
}
