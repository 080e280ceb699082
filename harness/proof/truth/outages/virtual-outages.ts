/** Plays scripted outages in virtual time: arrivals and probes meet the script, and the harness's own fold measures what they saw. */

import { RecoveryTracker, type FaultRecovery } from "../../../sli/concepts/recovery.ts";
import { simulate, type Answer, type Conduct } from "../../../sli/scripted/simulate.fixture.ts";
import { baselineMs, planOutages, warmUpMs } from "./outage-plan.ts";
import { serviceMs, type OutageManner, type OutageScript, type Stretch } from "./outage-script.ts";

/** What was measured of each fault, in the script's order. */
export function playOutages(script: OutageScript): FaultRecovery[] {
  const { header, scenario, everyMs } = planOutages(script);
  const tracker = new RecoveryTracker({ header, scenario });
  for (const event of simulate(header, scenario, conductOf(script, everyMs))) tracker.step(event);
  return tracker.read();
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
