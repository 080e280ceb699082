/** Puts what the engine does into the log: a record for each request, and once a second what went wrong, counted by route, class and message. */

import { every, nowUs } from "../../base/time.ts";
import { requestOutcomes, type LoadEvent } from "../../log/event.ts";
import type { RequestRecord } from "../../log/record.ts";

const flushIntervalMs = 1000;
/** Different messages kept of one second; what goes beyond is counted under one heading. */
const messagesLimit = 100;

type ErrorsEvent = Extract<LoadEvent, { type: "request-errors" }>;

export interface Recorder extends Disposable {
  record(request: RequestRecord, message: string): void;
}

export interface RecorderOptions {
  routes: readonly string[];
  writeRequest: (request: RequestRecord) => void;
  writeEvent: (event: LoadEvent) => void;
}

/** Disposing it writes what is left of the last second. */
export function startRecorder(options: RecorderOptions): Recorder {
  let errors = new Map<string, Omit<ErrorsEvent, "at">>();
  const flush = (): void => {
    const at = nowUs();
    for (const error of errors.values()) options.writeEvent({ ...error, at });
    errors = new Map();
  };
  const ticker = every(flushIntervalMs, flush);
  return {
    record: (request, message) => {
      options.writeRequest(request);
      if (request.outcome !== 0) count(errors, errorOf(options.routes, request, message));
    },
    [Symbol.dispose]: () => {
      ticker[Symbol.dispose]();
      flush();
    },
  };
}

function errorOf(routes: readonly string[], request: RequestRecord, message: string): Omit<ErrorsEvent, "at"> {
  return { type: "request-errors", route: routes[request.route] ?? "", outcome: requestOutcomes[request.outcome] ?? "reset", message, count: 1 };
}

function count(errors: Map<string, Omit<ErrorsEvent, "at">>, error: Omit<ErrorsEvent, "at">): void {
  const isNew = !errors.has(`${error.route}|${error.outcome}|${error.message}`);
  const counted = isNew && errors.size >= messagesLimit ? { ...error, message: "other messages" } : error;
  const key = `${counted.route}|${counted.outcome}|${counted.message}`;
  const known = errors.get(key);
  if (known === undefined) errors.set(key, counted);
  else known.count += 1;
}
