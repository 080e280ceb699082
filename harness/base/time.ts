/**
 * The one clock. Everything that is measured uses the host's monotonic clock, which all processes of a host share,
 * so that records of different processes can be merged; the wall clock is for display only (MEASURES.md).
 */

import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";

/** A point on the host's monotonic clock, in whole microseconds. Comparable between processes of one host. */
export type InstantUs = number;

/** Microseconds: a float64 holds 285 years of them exactly, while nanoseconds would be exact for 104 days only. */
export function nowUs(): InstantUs {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Milliseconds of the wall clock since 1970. For display and file names, never for a duration. */
export function wallClockMs(): number {
  return Date.now();
}

const offsetSpinUs = 2000;

/**
 * Microseconds since 1970 less `nowUs`: maps times that another program took from the wall clock. Spins for two milliseconds, because the wall
 * clock tells whole ones: each look shows that the offset is at least so much, and the largest is right to some microseconds.
 */
export function wallClockOffsetUs(): number {
  const untilUs = nowUs() + offsetSpinUs;
  let offsetUs = Number.NEGATIVE_INFINITY;
  for (let atUs = 0; atUs < untilUs; ) {
    const wallUs = Date.now() * 1000;
    atUs = nowUs();
    offsetUs = Math.max(offsetUs, wallUs - atUs);
  }
  return offsetUs;
}

const isoWithFraction = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Microseconds since 1970 of a time such as "2026-01-31T12:00:00.123456789+01:00"; NaN for another text. */
export function unixUsOfIsoTime(text: string): number {
  const [, seconds, fraction = "", zone] = isoWithFraction.exec(text) ?? [];
  return Date.parse(`${seconds}${zone}`) * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/** ISO 8601 in UTC of a wall-clock time. */
export function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

/** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
export async function wait(delayMs: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal?.aborted === true) throw toError(signal.reason);
  const timer = setTimeout(resolve, Math.max(0, delayMs));
  const abort = (): void => reject(toError(signal?.reason));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** Resolves at `instantUs` and never before; at once when it is past. */
export async function waitUntil(instantUs: InstantUs, signal?: AbortSignal): Promise<void> {
  // A timer may go off a fraction of a millisecond early.
  do await wait(Math.ceil((instantUs - nowUs()) / 1000), signal);
  while (nowUs() < instantUs);
}

/** Calls `action` once, `delayMs` from now (cut to 24 days), unless it is disposed first. */
export function after(delayMs: number, action: () => void): Disposable {
  const timer = setTimeout(action, Math.min(Math.max(0, delayMs), longestTimerMs));
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** A timer of Node holds 31 bits of milliseconds; a longer one would fire at once. */
const longestTimerMs = 2_147_483_647;

export interface Ticker extends Disposable {
  /** Whether a tick still keeps the process alive. */
  unref(): void;
}

/** Calls `tick` every `intervalMs`, without drift: a late tick does not move the ones after it, ticks that were missed are left out. */
export function every(intervalMs: number, tick: () => void): Ticker {
  const startUs = nowUs();
  let count = 0;
  let stopped = false;
  let referenced = true;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    const elapsedMs = (nowUs() - startUs) / 1000;
    count = Math.max(count + 1, Math.ceil(elapsedMs / intervalMs));
    timer = setTimeout(fire, count * intervalMs - elapsedMs);
    if (!referenced) timer.unref();
  };
  const fire = (): void => {
    tick();
    if (!stopped) next();
  };
  next();
  return {
    unref: () => {
      referenced = false;
      timer.unref();
    },
    [Symbol.dispose]: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** A signal that aborts after `delayMs`; a part of a millisecond counts as a whole one, which is all that the system takes. */
export function timeoutSignal(delayMs: number): AbortSignal {
  return AbortSignal.timeout(Math.max(0, Math.ceil(delayMs)));
}

/** Retries `attempt` every `intervalMs` until it returns something other than undefined; undefined once `deadlineUs` has passed. */
export async function poll<T>(
  attempt: () => Promise<T | undefined>,
  limits: { intervalMs: number; deadlineUs: InstantUs; signal?: AbortSignal },
): Promise<T | undefined> {
  for (;;) {
    limits.signal?.throwIfAborted();
    // Attempts follow one another on purpose: the next one may only start once this one has said no.
    const found = await attempt();
    if (found !== undefined) return found;
    if (nowUs() >= limits.deadlineUs) return undefined;
    await wait(limits.intervalMs, limits.signal);
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** A timer that is set again and again. */
export interface Alarm extends Disposable {
  /** Calls the action at `instantUs`, give or take a millisecond, and forgets an instant that was set before. The action checks the clock itself. */
  set(instantUs: InstantUs): void;
}

/** An alarm for schedules finer than `every`: it sleeps until the next instant that matters and never spins. */
export function alarm(action: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  return {
    set: (instantUs) => {
      clearTimeout(timer);
      timer = setTimeout(action, Math.min(Math.max(1, (instantUs - nowUs()) / 1000), longestTimerMs));
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** How late this process's event loop runs. */
export interface EventLoopWatch extends Disposable {
  /** 99th percentile of the delay since the last call, without the monitor's own interval; 0 when nothing was seen. */
  takeDelayP99Ms(): number;
}

const eventLoopResolutionMs = 10;

export function watchEventLoop(): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: eventLoopResolutionMs });
  histogram.enable();
  return {
    takeDelayP99Ms: () => {
      const delayMs = histogram.count === 0 ? 0 : histogram.percentile(99) / 1_000_000 - eventLoopResolutionMs;
      histogram.reset();
      return Math.max(0, delayMs);
    },
    [Symbol.dispose]: () => histogram.disable(),
  };
}

/** How long this process spends on collecting garbage. */
export interface CollectionWatch extends Disposable {
  /** Since the last call. */
  take(): { totalMs: number; longestMs: number };
}

export function watchCollections(): CollectionWatch {
  let [totalMs, longestMs] = [0, 0];
  const add = (entries: readonly { duration: number }[]): void => {
    for (const { duration } of entries) {
      totalMs += duration;
      longestMs = Math.max(longestMs, duration);
    }
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });
  return {
    take: () => {
      add(observer.takeRecords());
      const taken = { totalMs, longestMs };
      [totalMs, longestMs] = [0, 0];
      return taken;
    },
    [Symbol.dispose]: () => observer.disconnect(),
  };
}
