/** Scripted events as a log: in memory, or written to a folder as the processes of a run would have written them. */

import { mkdirSync } from "node:fs";
import type { EventWriter } from "../../log/writer.ts";
import { openEventWriter, openRequestWriter } from "../../log/writer.ts";
import { requestOutcomes, type JsonEvent, type LogEvent, type RequestEvent, type RunHeader } from "../../log/event.ts";
import type { Log } from "../../log/reader.ts";

/** A log in memory. It counts as complete when it holds the last record. */
export function memoryLog(header: RunHeader, events: readonly LogEvent[]): Log {
  return {
    header,
    *events() {
      yield* events;
      const complete = events.some((event) => event.type === "end");
      return { complete, problems: complete ? [] : ["the harness did not write its last record"] };
    },
  };
}

/** Writes `events` as segments of the harness, the load and the probe process. */
export function writeLog(folder: string, events: readonly LogEvent[], secrets: readonly string[] = []): void {
  mkdirSync(folder, { recursive: true });
  const requests = events.filter((event) => event.type === "request");
  const rest = events.filter((event) => event.type !== "request");
  for (const segment of ["harness", "load", "probe"] as const) {
    const own = rest.filter((event) => segmentOf(event) === segment);
    if (own.length === 0) continue;
    using writer = openEventWriter(folder, segment, { onError: raise, secrets });
    writeAll(writer, own);
  }
  if (requests.length > 0) writeRequests(folder, requests);
}

function writeAll(writer: EventWriter, events: readonly JsonEvent[]): void {
  for (const event of events) writer.write(event);
}

function writeRequests(folder: string, requests: readonly RequestEvent[]): void {
  const routes = [...new Set(requests.map((request) => request.route))];
  const workloads = [...new Set(requests.map((request) => request.workload))];
  using writer = openRequestWriter(folder, "load", { routes, workloads }, { onError: raise });
  for (const request of requests) {
    writer.write({
      ...request,
      workload: workloads.indexOf(request.workload),
      route: routes.indexOf(request.route),
      outcome: requestOutcomes.indexOf(request.outcome),
    });
  }
}

const ofLoad: ReadonlySet<string> = new Set(["load-ready", "replay", "load-end", "generator", "request-errors", "engine-end", "write"]);
const ofProbe: ReadonlySet<string> = new Set(["probe", "completion", "gauge", "probing-failed", "read-back", "read-back-failed", "fact"]);

function segmentOf(event: JsonEvent): "harness" | "load" | "probe" {
  if (ofLoad.has(event.type)) return "load";
  return ofProbe.has(event.type) ? "probe" : "harness";
}

function raise(error: Error): never {
  throw error;
}
