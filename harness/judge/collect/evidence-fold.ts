/** Gathers what a report shows beside the verdict, in one pass over a scenario's log. */

import { usToMs } from "../../base/duration.ts";
import type { LogEvent, RunHeader } from "../../log/event.ts";
import { placeOfFault } from "../../scenario/fault.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { timelineOf } from "../../scenario/timeline.ts";
import type { Profile } from "../../scenario/workload/profile.ts";
import { loadText } from "../../scenario/workload/profile-text.ts";
import { isOwn, isServiceTime, type Workload } from "../../scenario/workload/workload.ts";
import type { GaugeSeries, ScenarioEvidence } from "../evidence.ts";
import { roundMs } from "../verdict/round.ts";
import { CompletionEvidence } from "./completion-evidence.ts";
import { CostEvidence } from "./cost-evidence.ts";
import { NodeEvidenceFold } from "./node-evidence.ts";
import { ProbeEvidence } from "./probe-evidence.ts";
import { RequestEvidence } from "./request-evidence.ts";

const mostLines = 400;
/** Lines that are held until it is known which of them are near a fault. */
const heldLines = 10_000;
const beforeUs = 2_000_000;
const afterUs = 5_000_000;
const mostProcessEvents = 400;
const mostErrors = 50;

type OutputEvent = Extract<LogEvent, { type: "output" }>;
type ProcessEvent = Extract<LogEvent, { type: "process" }>;

export class EvidenceFold {
  readonly #header: RunHeader;
  readonly #scenario: Scenario;
  readonly #requests: RequestEvidence;
  readonly #completions: CompletionEvidence;
  readonly #probes = new ProbeEvidence();
  readonly #cost: CostEvidence;
  readonly #nodes = new NodeEvidenceFold();
  readonly #gauges = new Map<string, { at: number; value: number | null }[]>();
  readonly #errors = new Map<string, { route: string; outcome: string; message: string; count: number }>();
  readonly #output: OutputEvent[] = [];
  readonly #processes: ProcessEvent[] = [];
  readonly #faultsUs: number[] = [];
  readonly #replays = new Map<string, Extract<LogEvent, { type: "replay" }>>();

  constructor(header: RunHeader, scenario: Scenario) {
    this.#header = header;
    this.#scenario = scenario;
    this.#requests = new RequestEvidence();
    this.#completions = new CompletionEvidence(header);
    this.#cost = new CostEvidence(header);
  }

  step(event: LogEvent): void {
    this.#requests.step(event);
    this.#completions.step(event);
    this.#probes.step(event);
    this.#cost.step(event);
    this.#nodes.step(event);
    if (event.type === "gauge") this.#gauge(event);
    else if (event.type === "request-errors") this.#error(event);
    else if (event.type === "output" && this.#output.length < heldLines) this.#output.push(event);
    else if (event.type === "replay") this.#replays.set(event.workload, event);
    else if (event.type === "fault") this.#faultsUs.push(event.at);
    else if (event.type === "process" && this.#processes.length < mostProcessEvents) this.#processes.push(event);
  }

  #gauge(event: Extract<LogEvent, { type: "gauge" }>): void {
    const points = this.#gauges.get(event.gauge) ?? [];
    this.#gauges.set(event.gauge, points);
    points.push({ at: event.at, value: event.value });
  }

  #error(event: Extract<LogEvent, { type: "request-errors" }>): void {
    const { route, outcome, message, count } = event;
    const key = JSON.stringify([route, outcome, message]);
    const known = this.#errors.get(key);
    if (known === undefined) this.#errors.set(key, { route, outcome, message, count });
    else known.count += count;
  }

  /** What became of the processes of the nodes, and what they ran on. */
  get nodes(): Pick<NodeEvidenceFold, "processes" | "ranOn"> {
    return this.#nodes;
  }

  /** `startUs`: zero of the scenario's clock. */
  read(startUs: number): ScenarioEvidence {
    const since = (atUs: number): number => roundMs(usToMs(atUs - startUs));
    return {
      scenario: this.#scenario.name,
      series: this.#requests.series(startUs),
      gauges: [...this.#gauges].map(([gauge, points]) => this.#gaugeSeries(gauge, points, since)),
      routes: this.#requests.routes(),
      completions: this.#completions.read(),
      slowest: this.#requests.slowest(startUs),
      firstFailing: this.#requests.firstFailing(startUs),
      errors: [...this.#errors.values()].toSorted((a, b) => b.count - a.count).slice(0, mostErrors),
      probes: this.#probes.read(startUs),
      cost: this.#cost.read(),
      scenes: this.#nodes.scenes(startUs),
      output: this.#shownOutput().map(({ at, process, stream, line }) => ({ atMs: since(at), process, stream, line })),
      processes: this.#processes.map(({ at, process, what, ended }) => ({ atMs: since(at), process, what, ended: ended ?? null })),
      planned: timelineOf(this.#scenario).steps.map(({ step, injectAtMs, healAtMs }) => ({
        id: step.id,
        kind: step.fault.kind,
        on: placeOfFault(step.fault),
        injectAtMs,
        healAtMs,
      })),
      workloads: this.#scenario.workloads.map((workload) => this.#workload(workload)),
    };
  }

  #workload(workload: Workload): ScenarioEvidence["workloads"][number] {
    const { name } = workload;
    const latency = isServiceTime(workload) ? "service time" : "response time";
    const ratePerSecond = isOwn(workload) ? rateText(workload.profile) : null;
    if (isOwn(workload) && ratePerSecond !== null) return { name, shape: workload.profile.shape, ratePerSecond, latency };
    const replay = this.#replays.get(name);
    const skipped = replay === undefined || replay.skipped === 0 ? "" : `; ${replay.skipped} of its lines are of no route and were left out`;
    const spread = replay?.isSpread === true ? "; its times are whole seconds, over which arrivals were spread evenly" : "";
    return { name, shape: `${loadText(workload)}${skipped}${spread}`, ratePerSecond: null, latency };
  }

  /** Lines around a moment of a fault first, then the newest ones, up to the limit and in order of time. */
  #shownOutput(): OutputEvent[] {
    const near = this.#output.filter((line) => this.#faultsUs.some((atUs) => line.at >= atUs - beforeUs && line.at <= atUs + afterUs)).slice(0, mostLines);
    const chosen = new Set(near);
    for (const line of this.#output.toReversed()) if (chosen.size < mostLines) chosen.add(line);
    return this.#output.filter((line) => chosen.has(line));
  }

  #gaugeSeries(gauge: string, points: readonly { at: number; value: number | null }[], since: (atUs: number) => number): GaugeSeries {
    return { gauge, unit: this.#header.target.gauges[gauge]?.unit ?? "", points: points.map(({ at, value }) => ({ atMs: since(at), value })) };
  }
}

/** null where no rate is given. */
function rateText(profile: Profile): string | null {
  switch (profile.shape) {
    case "constant":
      return String(profile.rate);
    case "ramp":
      return `${profile.from} to ${profile.to} over ${profile.over}`;
    case "steps":
      return profile.steps.map((step) => `${step.rate} for ${step.for}`).join(", ");
    case "spike":
      return `${profile.base}, ${profile.peak} at ${profile.at} for ${profile.for}`;
    case "soak":
      return `0 to ${profile.rate} over ${profile.rampUp}`;
    case "poisson":
      return String(profile.rate);
    case "search":
      return `${profile.from} to ${profile.to}, searched in steps of ${profile.for}`;
    case "replay":
    case "closed":
      return null;
  }
}
