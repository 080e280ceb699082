/** The scenario and target that scripted outages are played in, in virtual time and on sockets alike. */

import { usToMs } from "../../../base/duration.ts";
import type { RunHeader } from "../../../log/event.ts";
import type { Scenario } from "../../../scenario/scenario.ts";
import { windowSamples, windowUs } from "../../../sli/concepts/outage.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedTarget } from "../../../sli/scripted/header.fixture.ts";
import type { OutageScript } from "./outage-script.ts";

export const warmUpMs = 200;
export const baselineMs = 2000;
const holdMs = 20;
/** After the window that shows that it is over: an outage begins a little after its order, and a slow machine needs a moment. */
const slackMs = 1000;
/** On sockets, a request that a stall holds gives its connection back after so long. */
const timeoutMs = 500;
const spareConnections = 64;

export interface OutagePlan {
  readonly header: RunHeader;
  readonly scenario: Scenario;
  /** From one injection to the next. */
  readonly everyMs: number;
  readonly totalMs: number;
}

export function planOutages(script: OutageScript): OutagePlan {
  const { cell, outages, degradedLimitMs, probeEveryMs } = script;
  const samplesPerMs = (cell.ratePerSecond + 1000 / probeEveryMs) / 1000;
  const everyMs = Math.ceil(cell.lengthMs + Math.max(usToMs(windowUs), windowSamples / samplesPerMs) + slackMs);
  const scenario = scriptedScenario({
    name: "outage",
    title: "Outage",
    target: "truth",
    workloads: [
      {
        name: "load",
        profile: { shape: "constant", rate: cell.ratePerSecond },
        journeys: [{ steps: ["home"] }],
        // Enough for all that can wait at once: a queue of our own would be measured as the service's outage.
        connections: spareConnections + Math.ceil((cell.ratePerSecond * timeoutMs) / 1000),
        timeout: `${timeoutMs}ms`,
      },
    ],
    phases: { warmUp: `${warmUpMs}ms`, baseline: `${baselineMs}ms`, recovery: `${everyMs}ms` },
    steps: outages.map((_, index) => ({ id: `outage-${index}`, at: `${index * everyMs}ms`, fault: { kind: "node-kill" as const, node: "api" }, hold: `${holdMs}ms` })),
    ...(degradedLimitMs === null ? {} : { degradedLimit: `${degradedLimitMs}ms` }),
    stop: "none",
    rules: [],
  });
  const target = scriptedTarget({
    name: "truth",
    title: "Scripted truth",
    nodes: { api: { kind: "process", command: ["truth"] } },
    routes: { home: { node: "api", path: "/work" } },
    probes: { front: { layer: "http", at: { node: "api" }, path: "/work", every: `${probeEveryMs}ms` } },
  });
  const suite = scriptedSuite({ name: "truth", title: "Scripted truth", target: "truth", scenarios: ["outage"], required: [] });
  const header = scriptedHeader({ target, suite, planned: ["outage"], seed: script.seed }, scenario);
  return { header, scenario, everyMs, totalMs: warmUpMs + baselineMs + outages.length * everyMs };
}
