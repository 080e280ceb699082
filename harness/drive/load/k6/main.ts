/** The process of a workload that k6 sends: runs the script, and turns its stream of points into records of the event log while it runs. */

import { mkdtempSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { RoadworthyError } from "../../../base/error.ts";
import { every, nowUs, wallClockOffsetUs } from "../../../base/time.ts";
import type { K6Workload } from "../../../scenario/workload/engines.ts";
import { processFacts } from "../../supervisor/system/processes.ts";
import { runGuest, type GuestLoad } from "../guest/guest.ts";
import { k6Command } from "./command.ts";
import { isKnownExit } from "./exit.ts";
import { knownRoutes } from "./known-routes.ts";
import { pointReader, type Point, type PointListener } from "./points.ts";
import { portWatch } from "./port-watch.ts";
import { droppedOf, requestOf, type RequestContext } from "./requests.ts";
import { runK6 } from "./run.ts";
import { SampleCounts, thresholdsOf } from "./thresholds.ts";
import { k6Version } from "./version.ts";

const healthIntervalMs = 1000;
/** Of the kernel's processor times. */
const tickMs = 10;
const lookedInto = new Set(["http_req_duration", "dropped_iterations", "checks"]);

await runGuest(async (load) => {
  const { workload } = load.config;
  if (workload.engine !== "k6") throw new RoadworthyError("usage", `workload ${workload.name} is not for k6`, { hint: "start the process of its engine" });
  await runScript(workload, load);
});

async function runScript(workload: K6Workload, load: GuestLoad): Promise<void> {
  const { program, allowed, scratchFolder } = load.config;
  // One of its own for each run of it: a summary that an earlier one left would be taken for this one's.
  const folder = mkdtempSync(join(scratchFolder, `k6-${workload.name}-`));
  const command = k6Command({ program, script: workload.script, env: { ...marks(), ...workload.env }, allowed, folder });
  const version = await k6Version(program);
  const samples = new SampleCounts();
  const checks = { passed: 0, failed: 0 };
  const offsetUs = wallClockOffsetUs();
  const onOutput = pointReader(listener({ load, samples, checks, context: contextOf(load, workload, offsetUs) }));
  const watch: { health: Disposable | null } = { health: null };
  const onStarted = (pid: number): void => void (watch.health = watchHealth(pid, load));
  const ended = await runK6({ command, folder, over: load.over, onStarted, onOutput, onLine: (line) => process.stderr.write(`${line}\n`) }).finally(() => watch.health?.[Symbol.dispose]());
  const clockShiftMs = (wallClockOffsetUs() - offsetUs) / 1000;
  const thresholds = thresholdsOf(command.summaryPath, samples);
  load.write({ type: "engine-end", at: nowUs(), workload: workload.name, engine: "k6", version, ...ended, clockShiftMs, checks, thresholds });
  if (!isKnownExit(ended.exitCode) && !ended.wasStopped) {
    throw new RoadworthyError("process-died", `k6 ended with ${ended.exitCode ?? "a signal"}${ended.said === "" ? "" : `: ${ended.said}`}`, { hint: "run the script by itself to see the whole error", where: workload.script });
  }
}

/** What marks processes of the run goes on to k6. */
function marks(): Record<string, string> {
  const names = ["ROADWORTHY_RUN", "ROADWORTHY_CHILD"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

function contextOf({ config, routeNames }: GuestLoad, workload: K6Workload, offsetUs: number): RequestContext {
  const { routes } = config.target;
  return { routes, routeNames, otherwise: routeNames.indexOf(workload.route ?? workload.name), known: knownRoutes(routes, config.addresses), offsetUs };
}

interface Listening {
  load: GuestLoad;
  samples: SampleCounts;
  checks: { passed: number; failed: number };
  context: RequestContext;
}

function listener({ load, samples, checks, context }: Listening): PointListener {
  const check = portWatch(load.config.allowed);
  return {
    wants: (metric) => {
      samples.count(metric);
      return lookedInto.has(metric) || samples.hasParts(metric);
    },
    onMetric: (definition) => samples.define(definition),
    onPoint: (point) => {
      samples.countParts(point);
      if (point.metric === "http_req_duration") check(point);
      if (point.metric === "checks") checks[point.value === 0 ? "failed" : "passed"] += 1;
      for (const request of requestsOf(point, context)) load.record(request);
    },
  };
}

function requestsOf(point: Point, context: RequestContext): ReturnType<typeof droppedOf> {
  if (point.metric === "dropped_iterations") return droppedOf(point, context);
  const request = point.metric === "http_req_duration" ? requestOf(point, context) : null;
  return request === null ? [] : [request];
}

/** Its share of the processors that it may use, once a second. How late it sends it does not tell. */
function watchHealth(pid: number, load: GuestLoad): Disposable {
  let before = { at: nowUs(), ticks: 0 };
  return every(healthIntervalMs, () => {
    const now = { at: nowUs(), ticks: processFacts(pid)?.usedTicks ?? before.ticks };
    const usedMs = (now.ticks - before.ticks) * tickMs;
    const cpuPercent = (100 * usedMs) / Math.max(1, (now.at - before.at) / 1000) / availableParallelism();
    load.write({ type: "generator", at: now.at, of: load.config.workload.name, startLagP99Ms: 0, eventLoopDelayP99Ms: 0, cpuPercent, connections: 0, inFlight: 0 });
    before = now;
  });
}
