/** Plays scripted outages in virtual time: arrivals and probes meet the script, and the harness's own fold measures what they saw. */

import type { FaultRecovery } from "../../sli/concepts/recovery.ts";
import { RecoveryTracker } from "../../sli/concepts/recovery.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedTarget } from "../../sli/scripted/header.fixture.ts";
import { simulate, type Answer, type Conduct } from "../../sli/scripted/simulate.fixture.ts";
import { serviceMs, type OutageManner, type OutageScript, type Stretch } from "./outage-script.ts";

const warmUpMs = 200;
const baselineMs = 2000;
const holdMs = 20;
/** From the end of an outage: room for a window of 50 samples at the lowest rate. */
const roomMs = 3500;

const suite = scriptedSuite({ name: "truth", title: "Scripted truth", target: "truth", scenarios: ["outage"], required: [] });

/** What was measured of each fault, in the script's order. */
export function playOutages(script: OutageScript): FaultRecovery[] {
  const everyMs = spacingMs(script);
  const scenario = scriptedScenario({
    name: "outage",
    title: "Outage",
    target: "truth",
    workloads: [{ name: "load", profile: { shape: "constant", rate: script.cell.ratePerSecond }, journeys: [{ steps: ["home"] }] }],
    phases: { warmUp: `${warmUpMs}ms`, baseline: `${baselineMs}ms`, recovery: `${everyMs}ms` },
    steps: script.outages.map((_, index) => ({ id: `outage-${index}`, at: `${index * everyMs}ms`, fault: { kind: "node-kill" as const, node: "api" }, hold: `${holdMs}ms` })),
    limits: { faultsAtOnce: 1 },
    ...(script.degradedLimitMs === null ? {} : { degradedLimit: `${script.degradedLimitMs}ms` }),
    stop: "none",
    rules: [],
  });
  const target = scriptedTarget({
    name: "truth",
    title: "Scripted truth",
    nodes: { api: { kind: "process", command: ["truth"] } },
    routes: { home: { node: "api", path: "/" } },
    probes: { front: { layer: "http", at: { node: "api" }, path: "/", every: `${script.probeEveryMs}ms` } },
  });
  const header = scriptedHeader({ target, suite, planned: ["outage"] }, scenario);
  const tracker = new RecoveryTracker({ header, scenario });
  for (const event of simulate(header, scenario, conductOf(script, everyMs))) tracker.step(event);
  return tracker.read();
}

/** From one injection to the next. */
function spacingMs({ cell }: OutageScript): number {
  return cell.lengthMs + roomMs;
}

function conductOf(script: OutageScript, everyMs: number): Conduct {
  const stretches = script.outages.flatMap((list, index) => list.map(({ fromMs, toMs }): Stretch => ({ fromMs: fromMs + injectedMs(index, everyMs), toMs: toMs + injectedMs(index, everyMs) })));
  const answer = (atMs: number): Answer => {
    const down = stretches.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    return down === undefined ? { outcome: "ok", status: 200, tookMs: serviceMs } : badAnswer(script.cell.by, down.toMs - atMs);
  };
  return {
    answer,
    probe: (_probe, atMs) => {
      const { outcome, tookMs } = answer(atMs);
      return { ok: outcome === "ok", tookMs };
    },
  };
}

function badAnswer(by: OutageManner, restMs: number): Answer {
  switch (by) {
    case "refusal":
      return { outcome: "refused", status: 0, tookMs: 0.2 };
    case "reset":
      return { outcome: "reset", status: 0, tookMs: 1 };
    case "5xx":
      return { outcome: "status", status: 503, tookMs: 2 };
    case "stall":
      return { outcome: "ok", status: 200, tookMs: restMs + serviceMs };
  }
}

/** The fixture's stamps of an injection are 1 ms apart; recovery counts from the middle. */
function injectedMs(index: number, everyMs: number): number {
  return warmUpMs + baselineMs + index * everyMs + 0.5;
}
