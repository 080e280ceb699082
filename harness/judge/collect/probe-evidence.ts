/** Probes: how many checks failed, and from when to when. */

import { usToMs } from "../../base/duration.ts";
import type { LogEvent } from "../../log/event.ts";
import type { ScenarioEvidence } from "../evidence.ts";
import { roundMs } from "../verdict/round.ts";

const mostOutages = 50;

interface Outage {
  fromUs: number;
  toUs: number;
  why: string;
}

interface ProbeTally {
  checks: number;
  failed: number;
  outages: Outage[];
  open: Outage | null;
}

export class ProbeEvidence {
  readonly #probes = new Map<string, ProbeTally>();

  step(event: LogEvent): void {
    if (event.type !== "probe") return;
    const tally = this.#probes.get(event.probe) ?? { checks: 0, failed: 0, outages: [], open: null };
    this.#probes.set(event.probe, tally);
    tally.checks += 1;
    if (event.ok) {
      // An outage lasts to the first good check after it.
      if (tally.open !== null) tally.open.toUs = event.intendedUs;
      tally.open = null;
      return;
    }
    tally.failed += 1;
    if (tally.open === null) {
      tally.open = { fromUs: event.intendedUs, toUs: event.intendedUs, why: event.why ?? "" };
      if (tally.outages.length < mostOutages) tally.outages.push(tally.open);
    }
    tally.open.toUs = event.intendedUs;
  }

  read(startUs: number): ScenarioEvidence["probes"] {
    return [...this.#probes].map(([probe, { checks, failed, outages }]) => ({
      probe,
      checks,
      failed,
      outages: outages.map(({ fromUs, toUs, why }) => ({ fromMs: roundMs(usToMs(fromUs - startUs)), toMs: roundMs(usToMs(toUs - startUs)), why })),
    }));
  }
}
