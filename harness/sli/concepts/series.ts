/** Requests per second of a scenario, for charts: one point a second, by intended start. */

import type { InstantUs } from "../../base/time.ts";
import type { RequestEvent } from "../../log/event.ts";
import { percentileOfSorted } from "./percentile.ts";

export interface SecondPoint {
  second: number;
  p50Us: number | null;
  p95Us: number | null;
  p99Us: number | null;
  requests: number;
  errors: number;
}

/** No time-out is longer than this: a second that lies further back gets no more answers. */
const settledAfterUs = 180_000_000;

/** Keeps the response times of the last minutes only; older seconds are kept as their points. */
export class SecondSeries {
  readonly #startUs: InstantUs;
  readonly #open = new Map<number, { tookUs: number[]; requests: number; errors: number }>();
  readonly #settled: SecondPoint[] = [];
  #newestUs = 0;

  constructor(startUs: InstantUs) {
    this.#startUs = startUs;
  }

  record(request: RequestEvent): void {
    const second = Math.floor((request.intendedUs - this.#startUs) / 1_000_000);
    const bucket = this.#open.get(second) ?? { tookUs: [], requests: 0, errors: 0 };
    this.#open.set(second, bucket);
    bucket.requests += 1;
    if (request.outcome === "ok") bucket.tookUs.push(request.endUs - request.intendedUs);
    else bucket.errors += 1;
    if (request.at - this.#newestUs > 1_000_000) this.#settle(request.at);
  }

  #settle(nowUs: InstantUs): void {
    this.#newestUs = nowUs;
    for (const [second, bucket] of this.#open) {
      if (this.#startUs + (second + 1) * 1_000_000 > nowUs - settledAfterUs) continue;
      this.#settled.push(pointOf(second, bucket));
      this.#open.delete(second);
    }
  }

  /** Every second from the first to the last that held a request; the quiet ones between with zero requests. */
  read(): SecondPoint[] {
    const points = new Map([...this.#settled, ...[...this.#open].map(([second, bucket]) => pointOf(second, bucket))].map((point) => [point.second, point]));
    const seconds = [...points.keys()].toSorted((a, b) => a - b);
    const first = seconds[0] ?? 0;
    const last = seconds.at(-1) ?? -1;
    return Array.from({ length: last - first + 1 }, (_, index) => points.get(first + index) ?? pointOf(first + index, { tookUs: [], requests: 0, errors: 0 }));
  }
}

function pointOf(second: number, bucket: { tookUs: number[]; requests: number; errors: number }): SecondPoint {
  const sorted = bucket.tookUs.toSorted((a, b) => a - b);
  const { requests, errors } = bucket;
  return { second, p50Us: percentileOfSorted(sorted, 0.5), p95Us: percentileOfSorted(sorted, 0.95), p99Us: percentileOfSorted(sorted, 0.99), requests, errors };
}
