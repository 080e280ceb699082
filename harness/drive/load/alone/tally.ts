/**
 * What became of the requests, counted as they end: nothing is kept of a single one, so memory is bounded however long it lasts.
 *
 *   offered = started + dropped          started = completed + sum of errors          exactly, at any moment
 */

import { z } from "zod";
import { requestOutcomes, type RequestOutcome } from "../../../log/event.ts";
import type { RequestRecord } from "../../../log/record.ts";
import { DurationCounts, durationCountsSchema } from "./duration-counts.ts";

/** Different messages kept; what goes beyond is counted under one heading for each class. */
const messagesLimit = 100;

const countSchema = z.int().min(0);

export const tallySchema = z.strictObject({
  offered: countSchema,
  started: countSchema,
  completed: countSchema,
  dropped: countSchema,
  bytesRead: z.number().min(0),
  status: z.record(z.string(), countSchema),
  /** By outcome, `dropped` among them, and message. */
  failures: z.array(z.strictObject({ outcome: z.enum(requestOutcomes), message: z.string(), count: countSchema })),
  /** For each limit: failed, dropped, or over it. */
  bad: z.array(countSchema),
  /** Of completed requests. */
  response: durationCountsSchema,
  service: durationCountsSchema,
});

export type PortableTally = z.infer<typeof tallySchema>;

export interface TallyOptions {
  /** Due before: not counted. */
  countFromUs: number;
  badFromUs: readonly number[];
}

export class Tally {
  offered = 0;
  completed = 0;
  dropped = 0;
  /** Response times of completed requests since it was cleared last. */
  readonly recent = new DurationCounts();
  readonly #options: TallyOptions;
  readonly #response = new DurationCounts();
  readonly #service = new DurationCounts();
  readonly #status = new Map<number, number>();
  readonly #failures = new Map<string, { outcome: RequestOutcome; message: string; count: number }>();
  readonly #bad: number[];
  #bytesRead = 0;

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#bad = options.badFromUs.map(() => 0);
  }

  record(request: RequestRecord, message: string): void {
    if (request.intendedUs < this.#options.countFromUs) return;
    const responseUs = request.endUs - request.intendedUs;
    const outcome = requestOutcomes[request.outcome] ?? "reset";
    this.offered += 1;
    this.#bytesRead += request.bytes;
    if (request.status > 0) this.#status.set(request.status, (this.#status.get(request.status) ?? 0) + 1);
    if (outcome === "ok") this.#complete(responseUs, request.endUs - request.startUs);
    else this.#fail(outcome, message);
    for (const [limit, badFromUs] of this.#options.badFromUs.entries()) {
      if (outcome !== "ok" || responseUs >= badFromUs) this.#bad[limit] = (this.#bad[limit] ?? 0) + 1;
    }
  }

  portable(): PortableTally {
    return {
      offered: this.offered,
      started: this.offered - this.dropped,
      completed: this.completed,
      dropped: this.dropped,
      bytesRead: this.#bytesRead,
      status: Object.fromEntries(this.#status),
      failures: [...this.#failures.values()],
      bad: [...this.#bad],
      response: this.#response.portable(),
      service: this.#service.portable(),
    };
  }

  #complete(responseUs: number, serviceUs: number): void {
    this.completed += 1;
    this.#response.add(responseUs);
    this.#service.add(serviceUs);
    this.recent.add(responseUs);
  }

  #fail(outcome: RequestOutcome, message: string): void {
    if (outcome === "dropped") this.dropped += 1;
    const isNew = !this.#failures.has(`${outcome}|${message}`);
    const kept = isNew && this.#failures.size >= messagesLimit ? "other messages" : message;
    const key = `${outcome}|${kept}`;
    const known = this.#failures.get(key);
    if (known === undefined) this.#failures.set(key, { outcome, message: kept, count: 1 });
    else known.count += 1;
  }
}
