/** What the run itself took: processor time of each process, and what the proxy adds to the way to a server. */

import type { LogEvent, RunHeader } from "../../log/event.ts";
import type { ProbeSpec } from "../../scenario/target/probe.ts";
import { mayPrint, percentileOfSorted } from "../../sli/concepts/percentile.ts";
import { PhaseWindows } from "../../sli/concepts/phase-window.ts";
import type { CostSummary } from "../evidence.ts";
import { roundMs, roundValue } from "../verdict/round.ts";

interface Use {
  ms: number;
  overMs: number;
  mostShare: number;
}

export class CostEvidence {
  readonly #header: RunHeader;
  readonly #phases = new PhaseWindows();
  readonly #use = new Map<string, Use>();
  /** How long the good checks of each probe took while no fault was in effect, in ms. */
  readonly #tookMs = new Map<string, number[]>();

  constructor(header: RunHeader) {
    this.#header = header;
  }

  step(event: LogEvent): void {
    this.#phases.step(event);
    if (event.type === "processor-use") this.#take(event);
    if (event.type !== "probe" || !event.ok || !this.#phases.contains("steady", event.intendedUs)) return;
    const took = this.#tookMs.get(event.probe) ?? [];
    this.#tookMs.set(event.probe, took);
    took.push(event.tookMs);
  }

  #take({ overMs, used }: Extract<LogEvent, { type: "processor-use" }>): void {
    for (const { process, ms } of used) {
      const use = this.#use.get(process) ?? { ms: 0, overMs: 0, mostShare: 0 };
      this.#use.set(process, use);
      use.ms += ms;
      use.overMs += overMs;
      if (overMs > 0) use.mostShare = Math.max(use.mostShare, ms / overMs);
    }
  }

  read(): CostSummary {
    const processes = [...this.#use].map(([process, { ms, overMs, mostShare }]) => ({
      process,
      meanPercent: roundValue(overMs === 0 ? 0 : (100 * ms) / overMs) ?? 0,
      mostPercent: roundValue(100 * mostShare) ?? 0,
      seconds: roundValue(ms / 1000) ?? 0,
    }));
    return { processes: processes.toSorted((a, b) => b.seconds - a.seconds), links: this.#links() };
  }

  /** Where one probe looks at a server through a link and another of its kind looks at the same server directly. */
  #links(): CostSummary["links"] {
    const probes = Object.entries(this.#header.target.probes);
    return probes.flatMap(([through, spec]) => {
      if (!("link" in spec.at)) return [];
      const { link } = spec.at;
      const direct = probes.find(([, other]) => isDirect(other, spec, this.#header.target.links[link]));
      const [throughMs, directMs] = [this.#medianMs(through), direct === undefined ? null : this.#medianMs(direct[0])];
      if (direct === undefined || throughMs === null || directMs === null) return [];
      return [{ link, throughMs: roundMs(throughMs), directMs: roundMs(directMs), checks: Math.min(this.#count(through), this.#count(direct[0])) }];
    });
  }

  #count(probe: string): number {
    return this.#tookMs.get(probe)?.length ?? 0;
  }

  #medianMs(probe: string): number | null {
    return mayPrint(this.#count(probe), 0.5) ? percentileOfSorted((this.#tookMs.get(probe) ?? []).toSorted((a, b) => a - b), 0.5) : null;
  }
}

/** Whether `other` asks the server at the end of the link what `spec` asks it. */
function isDirect(other: ProbeSpec, spec: ProbeSpec, link: { to: string; port: string } | undefined): boolean {
  if (link === undefined || !("node" in other.at) || other.at.node !== link.to || other.at.port !== link.port) return false;
  return JSON.stringify({ ...other, at: null, every: null, timeout: null }) === JSON.stringify({ ...spec, at: null, every: null, timeout: null });
}
