/** What else must be known of a scenario's run before a ruling is believed: phases, faults, load, how it ended. One fold over the log. */

import { msToUs, parseDurationMs } from "../../base/duration.ts";
import type { ControlEvent, EngineEnd, LogEvent, RunHeader } from "../../log/event.ts";
import type { LogEnd } from "../../log/reader.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { byEngine, loadProcessesOf } from "../../scenario/workload/workload.ts";
import { FaultLog, unconfirmedFault, unknownFault } from "../../sli/concepts/fault-times.ts";
import { PhaseWindows } from "../../sli/concepts/phase-window.ts";
import { formatPercent } from "../verdict/format.ts";
import { ClockOrder } from "./clock-order.ts";
import { EngineFold } from "./guest-engines.ts";
import { LinkUseFold, walkedPast, type LinkUseRecord } from "./link-use.ts";
import { leastAvailability, SteadyFold } from "./steady-state.ts";
import { UndoneFold } from "./undone-operations.ts";
import type { SteadyRecord } from "../verdict/schema.ts";
import { GeneratorWatch, type GeneratorHealth } from "./generator-health.ts";

/** Probes and gauges may miss a few beats at the end, no more. */
const leastSilenceMs = 3000;
/** Later steps of a journey may be due when the last phase has ended. */
const mostStrayShare = 0.01;
const mostStray = 10;

export type StopEvent = Extract<ControlEvent, { type: "stop" }>;
export type CleanupEvent = Extract<ControlEvent, { type: "cleanup" }>;

export interface ScenarioFacts {
  phases: PhaseWindows;
  /** When the load started, or the log when it never did: zero of the scenario's clock. */
  startUs: number;
  endUs: number;
  stop: StopEvent | null;
  cleanup: CleanupEvent | null;
  load: { offered: number; started: number; dropped: number };
  generator: GeneratorHealth;
  /** Ends of the tools that sent workloads. */
  engines: readonly EngineEnd[];
  /** What is missing in the log, in words. */
  problems: readonly string[];
  /** Why the baseline was no steady state, or null. */
  unsteady: string | null;
  steady: SteadyRecord | null;
  /** Why the system is not known to have returned to its baseline after the last fault, or null. */
  notReturned: string | null;
  links: readonly LinkUseRecord[];
  /** Which operation was not carried out and why, or null. */
  undone: string | null;
  /** Why not every planned fault is known to have been in effect and to have met the service, or null. */
  unconfirmed: string | null;
}

export class FactsFold {
  readonly #header: RunHeader;
  readonly #scenario: Scenario;
  readonly #phases = new PhaseWindows();
  readonly #faults = new FaultLog();
  readonly #links: LinkUseFold;
  readonly #clock: ClockOrder;
  readonly #generator: GeneratorWatch;
  readonly #engines = new EngineFold();
  readonly #steady = new SteadyFold();
  readonly #undone: UndoneFold;
  readonly #ended = { offered: 0, started: 0, dropped: 0, workers: 0 };
  readonly #seen = { due: 0, dropped: 0, stray: 0, baseline: 0, baselineGood: 0 };
  /** Read-backs and facts that came to their end. */
  readonly #asked = new Set<string>();
  #stop: StopEvent | null = null;
  #cleanup: CleanupEvent | null = null;
  #lastProbingUs: number | null = null;

  constructor(header: RunHeader, scenario: Scenario) {
    this.#header = header;
    this.#scenario = scenario;
    this.#links = new LinkUseFold(header.target);
    this.#clock = new ClockOrder(header.at);
    this.#generator = new GeneratorWatch(this.#phases, scenario);
    this.#undone = new UndoneFold(scenario);
  }

  step(event: LogEvent): void {
    this.#phases.step(event);
    this.#faults.step(event);
    this.#links.step(event);
    this.#clock.step(event);
    this.#generator.step(event);
    this.#engines.step(event);
    this.#steady.step(event);
    this.#undone.step(event);
    if (event.type === "request") this.#request(event);
    else if (event.type === "load-end") this.#loadEnd(event);
    else if (event.type === "probe" || event.type === "gauge") this.#lastProbingUs = Math.max(this.#lastProbingUs ?? 0, event.at);
    else if (event.type === "fact") this.#asked.add(`fact ${event.fact}`);
    else if (event.type === "read-back-failed" || (event.type === "read-back" && event.last)) this.#asked.add(readBackOf(event.ledger, event.way));
    else if (event.type === "stop") this.#stop ??= event;
    else if (event.type === "cleanup") this.#cleanup = event;
  }

  #loadEnd(event: LogEvent & { type: "load-end" }): void {
    this.#ended.offered += event.offered;
    this.#ended.started += event.started;
    this.#ended.dropped += event.dropped;
    this.#ended.workers += 1;
  }

  #request(event: LogEvent & { type: "request" }): void {
    this.#seen.due += 1;
    if (event.outcome === "dropped") this.#seen.dropped += 1;
    const phase = this.#phases.phaseAt(event.intendedUs);
    if (phase === null) this.#seen.stray += 1;
    if (phase !== "baseline") return;
    this.#seen.baseline += 1;
    if (event.outcome === "ok") this.#seen.baselineGood += 1;
  }

  read(end: LogEnd): ScenarioFacts {
    const startUs = this.#phases.spans[0]?.beginUs ?? this.#header.at;
    const { due, dropped } = this.#seen;
    const ended = this.#ended.workers > 0;
    return {
      phases: this.#phases,
      startUs,
      endUs: Math.max(startUs, this.#phases.lastUs),
      stop: this.#stop,
      cleanup: this.#cleanup,
      load: ended ? { offered: this.#ended.offered, started: this.#ended.started, dropped: this.#ended.dropped } : { offered: due, started: due - dropped, dropped },
      generator: this.#generator.read(),
      engines: this.#engines.read(),
      problems: [...end.problems, ...this.#missing()],
      links: this.#links.read(),
      unsteady: this.#unsteady(),
      steady: this.#steady.read(),
      notReturned: this.#steady.notReturned(),
      undone: this.#undone.read(),
      unconfirmed: this.#unconfirmed(),
    };
  }

  /** A segment that lost whole records looks whole to the reader; what the processes counted themselves gives it away. */
  #missing(): string[] {
    const problems: string[] = [];
    const clock = this.#clock.read();
    if (clock !== null) problems.push(clock);
    if (this.#stop !== null) return problems;
    const workers = loadProcessesOf(this.#scenario.workloads);
    if (this.#ended.workers === 0) problems.push("the load did not write its last record");
    else if (this.#ended.workers < workers) problems.push(`${workers - this.#ended.workers} of ${workers} load processes did not write their last record`);
    else if (this.#ended.offered !== this.#seen.due) problems.push(`the load counted ${this.#ended.offered} due requests, the log holds ${this.#seen.due}`);
    const silent = byEngine(this.#scenario.workloads).guests.filter(({ name }) => !this.#engines.read().some(({ workload }) => workload === name));
    if (silent.length > 0) problems.push(`nothing is known of the end of ${silent.map(({ engine, name }) => `${engine} (${name})`).join(", ")}`);
    const { stray, due } = this.#seen;
    if (stray > Math.max(mostStray, mostStrayShare * due)) problems.push(`${stray} of ${due} requests were due in no phase`);
    problems.push(...this.#steady.missing(this.#scenario, this.#faults.all));
    const unasked = this.#unasked();
    if (unasked.length > 0) problems.push(`missing at the end: ${unasked.join(", ")}`);
    if (this.#probingEndedEarly()) problems.push("probes and gauges ended before the scenario did");
    return problems;
  }

  /** Every declared read-back and fact leaves a record at the end, also when it failed. */
  #unasked(): string[] {
    const { ledgers, facts } = this.#header.target;
    const readBacks = Object.entries(ledgers).flatMap(([ledger, spec]) => Object.keys(spec.readBack).map((way) => readBackOf(ledger, way)));
    return [...readBacks, ...Object.keys(facts).map((fact) => `fact ${fact}`)].filter((question) => !this.#asked.has(question));
  }

  #probingEndedEarly(): boolean {
    const { probes, gauges } = this.#header.target;
    const every = [...Object.values(probes), ...Object.values(gauges)].map((spec) => parseDurationMs(spec.every));
    if (every.length === 0) return false;
    const silenceUs = msToUs(Math.max(leastSilenceMs, 3 * Math.min(...every)));
    const lastPhaseUs = this.#phases.spans.at(-1)?.endUs ?? this.#phases.lastUs;
    return (this.#lastProbingUs ?? 0) < lastPhaseUs - silenceUs;
  }

  #unsteady(): string | null {
    const { baseline, baselineGood } = this.#seen;
    if (baseline === 0) return "there was no steady state before the fault: no request in the baseline";
    const share = baselineGood / baseline;
    return share >= leastAvailability(this.#scenario) ? null : `there was no steady state before the fault: only ${formatPercent(100 * share)} of ${baseline} requests of the baseline were good`;
  }

  #unconfirmed(): string | null {
    for (const step of this.#scenario.steps) {
      const fault = this.#faults.all.find((entry) => entry.id === step.id) ?? unknownFault({ id: step.id, kind: step.fault.kind, on: "" });
      const why = unconfirmedFault(fault);
      if (why !== null) return why;
    }
    return this.#unmet();
  }

  /** A fault on a link over which the service sent nothing has met probes at most. */
  #unmet(): string | null {
    const links = this.#links.read();
    for (const { id, fault } of this.#scenario.steps) {
      const past = "links" in fault ? walkedPast(links).find(({ link }) => fault.links.includes(link)) : undefined;
      if (past !== undefined) return `fault ${id} was on link ${past.link}, over which ${past.from} sent nothing: it did not meet the service`;
    }
    return null;
  }
}

function readBackOf(ledger: string, way: string): string {
  return `read-back of ${ledger} by ${way}`;
}
