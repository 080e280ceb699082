/** One scenario on a stack that is up: load + faults + probes → event log. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { asRoadworthyError, type RoadworthyError } from "../../base/error.ts";
import { nowUs, poll, type InstantUs } from "../../base/time.ts";
import { parseDurationMs } from "../../base/duration.ts";
import { openEventWriter, type EventWriter } from "../../log/writer.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { timelineOf, type Timeline } from "../../scenario/timeline.ts";
import { byEngine, isSearch, ownProcessesOf } from "../../scenario/workload/workload.ts";
import type { LoadConfig } from "../load/config.ts";
import { loadNodeFlags } from "../load/threads.ts";
import type { ProbeConfig } from "../probe/config.ts";
import type { Addresses } from "../stack/address.ts";
import type { Stack } from "../stack/stack.ts";
import { interpose, type Interposed } from "./control.ts";
import { Drill } from "./drill/drill.ts";
import { carryOutOperations, checkOperations, repair, verify } from "./drill/operations.ts";
import { People } from "./drill/people.ts";
import { guestProcess } from "./guests.ts";
import { Observer } from "./watch/observer.ts";
import { PhaseLog, walkPhases } from "./phases.ts";
import type { RunOptions, RunPlan } from "./plan.ts";
import { Aftermath } from "./watch/aftermath.ts";
import { watchProcessorUse } from "./watch/processor-use.ts";
import type { Recorder } from "./watch/recorder.ts";
import { SteadyGate } from "./steady/gate.ts";
import { ReturnToBaseline } from "./steady/return-to-baseline.ts";
import { SideProcess, SideProcesses, type SideProcessOptions } from "./side-process.ts";
import { carryOutSteps, checkFaults } from "./steps.ts";
import { stopEvent } from "./stop.ts";

/** From the order to start until the first request is due: time for the order to arrive. */
const startDelayMs = 400;
const readyWithinMs = 30_000;
const loadEndWithinMs = 15_000;
const readBackWithinMs = 60_000;

export interface Bench {
  plan: RunPlan;
  options: RunOptions;
  stack: Stack;
  recorder: Recorder;
  /** Writes the header and what was known at boot into a scenario's log. */
  writeOpening: (log: EventWriter, scenario: Scenario) => void;
  position: string;
  /** Told of a log that can no longer be written. */
  onError: (error: RoadworthyError) => void;
}

/** Runs a scenario to its end. Throws `stopped` for a breached stop condition, and whatever else ended it early; its log is whole in any case. */
export async function conduct(scenario: Scenario, bench: Bench): Promise<void> {
  const folder = join(bench.options.folder, scenario.name, "log");
  mkdirSync(folder, { recursive: true });
  using log = new PhaseLog(openEventWriter(folder, "harness", { onError: bench.onError, secrets: bench.options.secrets }));
  bench.writeOpening(log, scenario);
  using _recording = bench.recorder.into(log);
  const aftermath = new Aftermath(bench.stack, log, bench.options.secrets);
  let isStopped = false;
  try {
    await aftermath.begin();
    await measured(scenario, bench, { folder, log, aftermath });
  } catch (error) {
    isStopped = true;
    const cause = await causeOf(error, bench.stack);
    log.write(stopEvent(cause));
    throw cause;
  } finally {
    await aftermath.end(isStopped);
    log.write({ type: "end", at: nowUs() });
    log.sync();
  }
}

/** What fails when the engine of the containers is lost fails for that, were it met first; what was wished for is asked no further. */
async function causeOf(error: unknown, { containers }: Stack): Promise<unknown> {
  const { code } = asRoadworthyError(error);
  const isWish = code === "interrupted" || code === "stopped" || code === "not-steady";
  return isWish ? error : ((await containers?.whyLost()) ?? error);
}

interface Place {
  folder: string;
  log: PhaseLog;
  aftermath: Aftermath;
}

async function measured(scenario: Scenario, bench: Bench, place: Place): Promise<void> {
  const timeline = timelineOf(scenario);
  checkFaults(timeline.steps, bench.stack);
  using observer = new Observer(scenario, bench, { folder: place.folder, timeline });
  using drill = new Drill({ stack: bench.stack, log: place.log, signal: observer.signal });
  using people = peopleOf(bench, place, observer);
  await checkOperations(timeline, drill, bench.stack);
  // What services did at boot is no use of a link: clients that are then told of another address walk past it from there on.
  await writeLinkStats(bench.stack, place.log);
  observer.say("starting load");
  await using control = await interpose(bench.options.control, bench.stack, timeline);
  const aim = { folder: place.folder, timeline, addresses: control.load };
  await using probe = await SideProcess.start(bench.stack.supervisor, probeOptions(scenario, bench, control.probing(probeConfig(bench, place.folder, timeline))));
  await using load = await SideProcesses.start(bench.stack.supervisor, [...loadOptions(scenario, bench, loadConfig(scenario, bench, aim)), ...guestOptions(scenario, bench, aim)]);
  await Promise.all([probe.untilLine("ready", readyWithinMs, bench.options.signal), load.untilLine("ready", readyWithinMs, bench.options.signal)]);
  using _use = watchProcessorUse(place.log, () => bench.recorder.running);
  const startUs = nowUs() + startDelayMs * 1000;
  await Promise.all([probe.send({ startAtUs: startUs }), load.send({ startAtUs: startUs })]);
  const passage: Passage = { scenario, bench, timeline, observer, control, drill, people, ...place, startUs };
  const back = ReturnToBaseline.of(scenario, bench.stack, passage);
  await throughPhases(passage, back);
  await load.untilEnd(loadEndWithinMs, bench.options.signal);
  writeReturn(back, passage);
  await quiesce(scenario, bench, { log: place.log, observer });
  await writeLinkStats(bench.stack, place.log);
  observer.say("reading back");
  await Promise.all([probe.untilLine("read-back-done", readBackWithinMs, bench.options.signal), probe.send({ readBack: true })]);
  await probe.send({ stop: true });
  await probe.untilEnd(loadEndWithinMs, bench.options.signal);
}

function peopleOf({ options, stack }: Bench, { log }: Place, observer: Observer): People {
  const { signal } = observer;
  return new People({
    run: options.run,
    folder: stack.supervisor.stateFolder,
    log,
    signal,
    terminal: options.terminal ?? null,
    tell: (note) => observer.tell(note),
    onWaiting: (owners) => observer.waiting(owners),
  });
}

interface Passage {
  scenario: Scenario;
  bench: Bench;
  timeline: Timeline;
  observer: Observer;
  control: Interposed;
  drill: Drill;
  people: People;
  log: PhaseLog;
  aftermath: Aftermath;
  startUs: InstantUs;
}

/** Walks through the phases while the faults are carried out beside them. A stop ends both. */
async function throughPhases(passage: Passage, back: ReturnToBaseline | null): Promise<void> {
  const { timeline, observer, startUs, bench } = passage;
  const gate = SteadyGate.of(passage.scenario, { target: bench.stack.target, seed: bench.plan.seed, timeline, startUs });
  observer.begin(startUs, [gate, back].filter((follower) => follower !== null));
  const faults = injectFaults(passage, gate);
  const phases = walkPhases({ timeline, startUs, log: passage.log, signal: observer.signal, say: (phase) => observer.say(phase) });
  const operations = operate(passage);
  const ended = await Promise.allSettled([phases, faults, operations, passage.control.act(startUs, observer.signal)]);
  observer.signal.throwIfAborted();
  const failed = ended.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** One that cannot be carried out ends the scenario. */
async function operate({ timeline, drill, people, startUs, observer }: Passage): Promise<void> {
  try {
    await carryOutOperations(timeline, { drill, people, startUs, signal: observer.signal, tell: (note) => observer.tell(note) });
  } catch (error) {
    observer.stop(asRoadworthyError(error));
    throw error;
  }
}

/** Once the system has shown a steady state; without one the scenario ends here. */
async function injectFaults({ scenario, bench, timeline, observer, drill, people, log, aftermath, startUs }: Passage, gate: SteadyGate | null): Promise<void> {
  const { signal } = observer;
  try {
    await gate?.pass({ log, readLog: () => observer.read(), signal });
  } catch (error) {
    observer.stop(asRoadworthyError(error));
    throw error;
  }
  try {
    await carryOutSteps(timeline.steps, {
      stack: bench.stack,
      log,
      seed: bench.plan.seed,
      startUs,
      signal,
      limits: scenario.limits,
      repair: (planned, times) => repair(planned, times, { drill, people, tell: (note) => observer.tell(note) }),
      verify: (planned, times) => verify(planned, times, { people }),
      leaveEvidence: (fault, fromUs) => aftermath.of(fault, { fromUs, latestUs: startUs + timeline.totalMs * 1000, signal }),
      stop: (error) => observer.stop(error),
      onChange: (active, note) => observer.faults(active, note),
    });
  } finally {
    await drill.checked();
  }
}

/** Read when the load has ended. No more than a record: what it means is the judge's business. */
function writeReturn(back: ReturnToBaseline | null, { observer, log }: Passage): void {
  if (back === null) return;
  observer.read();
  const reading = back.read();
  log.write({ type: "return-to-baseline", at: nowUs(), ...reading });
  observer.tell(reading.why ?? `back to its baseline ${Math.round(reading.tookMs ?? 0)} ms after the last healing`);
}

/** Waits until every acknowledged item has finished. What has not by then is the judge's business, not an error. */
async function quiesce(scenario: Scenario, bench: Bench, { log, observer }: { log: EventWriter; observer: Observer }): Promise<void> {
  observer.say("waiting for open items");
  const beganUs = nowUs();
  const finished = await poll(() => Promise.resolve(observer.watch.loadEnded && observer.watch.openItems === 0 ? true : undefined), {
    intervalMs: 100,
    deadlineUs: beganUs + parseDurationMs(scenario.quiesceWithin) * 1000,
    signal: bench.options.signal,
  });
  log.write({ type: "quiesced", at: nowUs(), complete: finished === true, tookMs: (nowUs() - beganUs) / 1000, openItems: observer.watch.openItems });
}

async function writeLinkStats(stack: Stack, log: EventWriter): Promise<void> {
  for (const link of stack.links.keys()) {
    const stats = await stack.proxy.stats(link);
    if (stats === null) continue;
    const own = stats.own === null ? null : { connections: stats.own.accepted, bytesUp: stats.own.bytesUp, bytesDown: stats.own.bytesDown };
    log.write({ type: "link", at: nowUs(), link, connections: stats.accepted, bytesUp: stats.bytesUp, bytesDown: stats.bytesDown, own });
  }
}

function probeOptions(scenario: Scenario, bench: Bench, config: ProbeConfig): SideProcessOptions {
  return { id: `probe-${scenario.name}`, module: "harness/drive/probe/main", config, folder: bench.stack.supervisor.scratchFolder };
}

function loadOptions(scenario: Scenario, bench: Bench, config: Omit<LoadConfig, "part">): SideProcessOptions[] {
  const of = ownProcessesOf(scenario.workloads);
  return Array.from({ length: of }, (_unused, index) => ({
    id: index === 0 ? `load-${scenario.name}` : `load-${scenario.name}-${index + 1}`,
    module: "harness/drive/load/main",
    config: { ...config, part: { number: index + 1, of } },
    nodeFlags: loadNodeFlags,
    folder: bench.stack.supervisor.scratchFolder,
  }));
}

/** One process for each workload of another tool. */
function guestOptions(scenario: Scenario, { stack, options }: Bench, { folder: logFolder, timeline: { totalMs }, addresses }: Aim): SideProcessOptions[] {
  const { target, supervisor } = stack;
  const lists = { allowed: [...options.allowed], secrets: [...options.secrets] };
  const scene = { scenario: scenario.name, run: `${options.run}-${scenario.name}`, logFolder, totalMs, target: { routes: target.routes, ledgers: target.ledgers }, addresses, ...lists, scratchFolder: supervisor.scratchFolder };
  return byEngine(scenario.workloads).guests.map((workload) => guestProcess(workload, scene));
}

/** What the load writes to, how long it lasts, and where it is sent. */
interface Aim {
  folder: string;
  timeline: Timeline;
  addresses: Addresses;
}

function loadConfig(scenario: Scenario, bench: Bench, { folder, timeline, addresses }: Aim): Omit<LoadConfig, "part"> {
  const { target } = bench.stack;
  return {
    logFolder: folder,
    run: `${bench.options.run}-${scenario.name}`,
    seed: bench.plan.seed,
    totalMs: timeline.totalMs,
    warmUpMs: parseDurationMs(scenario.phases.warmUp),
    objectives: target.objectives.filter(({ id }) => scenario.workloads.some((workload) => isSearch(workload) && workload.profile.keep.includes(id))),
    workloads: byEngine(scenario.workloads).own,
    target: { routes: target.routes, ledgers: target.ledgers },
    addresses,
    allowed: [...bench.options.allowed],
    secrets: [...bench.options.secrets],
  };
}

function probeConfig(bench: Bench, folder: string, timeline: Timeline): ProbeConfig {
  const { target, addresses } = bench.stack;
  return {
    logFolder: folder,
    totalMs: timeline.totalMs,
    probes: target.probes,
    completions: target.completions,
    gauges: target.gauges,
    ledgers: target.ledgers,
    facts: target.facts,
    addresses,
    allowed: [...bench.options.allowed],
    secrets: [...bench.options.secrets],
  };
}
