/**
 * The inside of a process that has another tool send a workload: what it shares with the load process. It is given the path of its
 * configuration, says `ready`, is told `{"startAtUs": …}`, says `sent` when the tool is done, and ends by itself at the scenario's end.
 * What it finds out goes into the log.
 */

import { readFileSync } from "node:fs";
import { RoadworthyError } from "../../../base/error.ts";
import { runSpawned } from "../../../base/spawned.ts";
import { after, nowUs, wait, waitUntil, type InstantUs } from "../../../base/time.ts";
import { requestOutcomes, type LoadEvent, type RequestOutcome } from "../../../log/event.ts";
import type { RequestRecord } from "../../../log/record.ts";
import { openEventWriter, openRequestWriter } from "../../../log/writer.ts";
import { startSchema } from "../config.ts";
import { startRecorder } from "../recorder.ts";
import { guestConfigSchema, type GuestConfig } from "./config.ts";

/** A request as the tool tells of it. Where it is not known when it was to start, it is taken to have been when it did. */
export interface GuestRequest {
  /** Number in `routeNames`. */
  route: number;
  intendedUs?: number;
  startUs: number;
  endUs: number;
  status: number;
  outcome: RequestOutcome;
  bytes: number;
  /** Why it was not good; empty when it was. */
  message: string;
}

export interface GuestLoad {
  readonly config: GuestConfig;
  /** Those of the target, and behind them what everything else counts under. */
  readonly routeNames: readonly string[];
  /** Aborted when the scenario has ended, or the run. */
  readonly over: AbortSignal;
  /** When the scenario's load is to end. */
  readonly untilUs: InstantUs;
  record(request: GuestRequest): void;
  write(event: LoadEvent): void;
}

/**
 * `send` has the tool send from the moment it is called until `over`, and resolves when nothing of the tool is left. `prepare` is done before the
 * process says that it is ready.
 */
export async function runGuest(send: (load: GuestLoad) => Promise<void>, prepare: (config: GuestConfig) => Promise<void> = async () => {}): Promise<void> {
  await runSpawned(async (parent) => {
    const config = guestConfigSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")));
    const { workload, logFolder, secrets } = config;
    const segment = `${workload.engine}-${workload.name}`;
    using events = openEventWriter(logFolder, segment, { onError: parent.fail, secrets });
    const routeNames = routeNamesOf(config);
    using requests = openRequestWriter(logFolder, segment, { routes: routeNames, workloads: [workload.name] }, { onError: parent.fail });
    await prepare(config);
    events.write({ type: "load-ready", at: nowUs() });
    events.sync();
    parent.say("ready");
    const line = await parent.next();
    const counts = { offered: 0, started: 0, dropped: 0 };
    if (line !== undefined) {
      using recorder = startRecorder({ routes: routeNames, writeRequest: (record) => requests.write(record), writeEvent: (event) => events.write(event) });
      const record = (request: GuestRequest): void => {
        counts.offered += 1;
        counts[request.outcome === "dropped" ? "dropped" : "started"] += 1;
        recorder.record(recordOf(request), request.message);
      };
      const startAtUs = startAtOf(line);
      const untilUs = startAtUs + config.totalMs * 1000;
      await whileItLasts(startAtUs, { totalMs: config.totalMs, ended: parent.ended }, async (over) => {
        await send({ config, routeNames, over, untilUs, record, write: (event) => events.write(event) });
        parent.say("sent");
      });
    }
    events.write({ type: "load-end", at: nowUs(), ...counts });
  });
}

/** Requests that fit no route of the target count under the name that the workload gives, or under its own. */
export function routeNamesOf({ target, workload }: Pick<GuestConfig, "target" | "workload">): string[] {
  return [...new Set([...Object.keys(target.routes), ("route" in workload ? workload.route : undefined) ?? workload.name])];
}

async function whileItLasts(startAtUs: number, { totalMs, ended }: { totalMs: number; ended: AbortSignal }, send: (over: AbortSignal) => Promise<void>): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  ended.addEventListener("abort", end, { once: true });
  try {
    await waitUntil(startAtUs, ended);
  } catch {
    return;
  }
  using _timer = after((startAtUs - nowUs()) / 1000 + totalMs, end);
  try {
    await send(over.signal);
    // A tool that is done early leaves the rest of the scenario without load, which ends when the others do.
    if (!over.signal.aborted) await wait((startAtUs - nowUs()) / 1000 + totalMs, ended).catch(() => {});
  } finally {
    ended.removeEventListener("abort", end);
  }
}

function recordOf({ route, startUs, intendedUs = startUs, endUs, status, outcome, bytes }: GuestRequest): RequestRecord {
  return { workload: 0, route, intendedUs, startUs, firstByteUs: endUs, endUs, status, outcome: requestOutcomes.indexOf(outcome), bytes };
}

function startAtOf(line: unknown): number {
  const start = startSchema.safeParse(line);
  if (!start.success) throw new RoadworthyError("usage", "the load process was told something else than when to start", { hint: 'send {"startAtUs": …}' });
  return start.data.startAtUs;
}
