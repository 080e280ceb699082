/** Plays a scenario of one workload against a scripted service in virtual time: the log that such a run would have written. */

import { msToUs, parseDurationMs } from "../../base/duration.ts";
import { dice, type Dice } from "../../base/random.ts";
import type { JsonEvent, LinkUse, LogEvent, RequestOutcome, RunHeader } from "../../log/event.ts";
import { placeOfFault } from "../../scenario/fault.ts";
import { byEngine } from "../../scenario/workload/workload.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { timelineOf, type Timeline } from "../../scenario/timeline.ts";
import { tracked, type Tracked } from "./documents.fixture.ts";
import { gated, returned, type SteadyConduct } from "./steady.fixture.ts";
import { watched } from "./probing.fixture.ts";

/** All times in ms from the scenario's start. What is left out goes well. */
export interface Conduct {
  /** How a request that is due then goes. */
  answer?: (atMs: number, roll: Dice) => Answer;
  probe?: (probe: string, atMs: number) => { ok: boolean; tookMs: number };
  gauge?: (gauge: string, atMs: number) => number | null;
  /** When document n, acknowledged then, is finished; null: never. */
  finish?: (n: number, acknowledgedAtMs: number) => { atMs: number; ok: boolean } | null;
  /** How many copies of document n are read back. */
  copies?: (n: number) => number;
  fact?: (fact: string) => readonly number[] | null;
  /** Whether the effect of the faults was witnessed. */
  felt?: boolean;
  generator?: { startLagP99Ms: number; eventLoopDelayP99Ms: number; cpuPercent: number };
  /** What goes over each link in all, and how much of it is the harness's own: null when that is not known. */
  links?: { all: LinkUse; own: LinkUse | null };
  steady?: SteadyConduct;
  /** Nothing happens at or after this. */
  stopAt?: { atMs: number; why: "condition" | "interrupt" | "error"; code: string; message: string };
}

export interface Answer {
  outcome: RequestOutcome;
  status: number;
  tookMs: number;
}

/** Events in order of time, from the header to the last record. */
export function simulate(header: RunHeader, scenario: Scenario, conduct: Conduct): LogEvent[] {
  const timeline = timelineOf(scenario);
  const startUs = header.at;
  const { requests, writes } = load(header, scenario, { timeline, conduct });
  const endMs = Math.min(timeline.totalMs, conduct.stopAt?.atMs ?? Infinity);
  const events: LogEvent[] = [
    ...phases(timeline, startUs),
    ...gated(scenario, { timeline, startUs }, conduct.steady ?? {}),
    ...faults(timeline, startUs, conduct.felt ?? true),
    ...requests,
    ...writes.events,
    ...generator(startUs, timeline.totalMs, conduct),
    ...watched(header, timeline.totalMs, conduct),
  ];
  if (conduct.stopAt === undefined) events.push(...writes.ending);
  const kept = events.filter((event) => event.at <= startUs + msToUs(endMs) || conduct.stopAt === undefined);
  const lastUs = kept.reduce((last, event) => Math.max(last, event.at), startUs + msToUs(endMs));
  const boot: JsonEvent = { type: "boot", at: startUs, bootMs: 3200, versions: header.versions, ready: Object.keys(header.target.nodes), notReady: [] };
  return [header, boot, ...links(header, startUs, { all: nothing, own: conduct.links?.own === null ? null : nothing }), ...kept.toSorted((a, b) => a.at - b.at), ...ending(header, { kept, lastUs, conduct, back: returned(scenario, { timeline, at: lastUs + 1 }, conduct.steady ?? {}) })];
}

function phases(timeline: Timeline, startUs: number): JsonEvent[] {
  return timeline.phases.flatMap((phase): JsonEvent[] => [
    { type: "phase", at: startUs + msToUs(phase.startMs), name: phase.name, edge: "begin" },
    { type: "phase", at: startUs + msToUs(phase.endMs), name: phase.name, edge: "end" },
  ]).toSorted((a, b) => a.at - b.at || (edgeOf(a) === "end" ? -1 : 1));
}

function edgeOf(event: JsonEvent): string {
  return event.type === "phase" ? event.edge : "";
}

function faults(timeline: Timeline, startUs: number, seen: boolean): JsonEvent[] {
  return timeline.steps.flatMap(({ step, injectAtMs, healAtMs }): JsonEvent[] => {
    const fault = { type: "fault", id: step.id, kind: step.fault.kind, on: placeOfFault(step.fault) } as const;
    const inject = startUs + msToUs(injectAtMs);
    const heal = startUs + msToUs(healAtMs);
    const what = seen ? "connections over the link are refused" : "connections over the link still went through";
    return [
      { ...fault, at: inject + 1000, stage: "injected", beganUs: inject, endedUs: inject + 1000 },
      { ...fault, at: inject + 5000, stage: "felt", witness: { seen, what } },
      { ...fault, at: heal, stage: "healing" },
      { ...fault, at: heal + 1000, stage: "healed", beganUs: heal, endedUs: heal + 1000 },
      { ...fault, at: heal + 8000, stage: "settled", witness: { seen: true, what: "connections over the link are answered" } },
    ];
  });
}

function load(header: RunHeader, scenario: Scenario, play: { timeline: Timeline; conduct: Conduct }): { requests: LogEvent[]; writes: Tracked } {
  const [workload] = byEngine(scenario.workloads).own;
  const rate = workload?.profile.shape === "constant" ? workload.profile.rate : 0;
  const routes = workload?.journeys.flatMap((journey) => journey.steps) ?? [];
  const roll = dice(header.seed, scenario.name);
  const count = Math.floor((play.timeline.totalMs / 1000) * rate);
  const limitMs = play.conduct.stopAt?.atMs ?? Infinity;
  const requests: (LogEvent & { type: "request" })[] = [];
  for (let n = 0; n < count; n += 1) {
    const atMs = (n * 1000) / rate;
    const answer = play.conduct.answer?.(atMs, roll) ?? { outcome: "ok", status: 202, tookMs: 10 + roll() * 30 };
    if (atMs + answer.tookMs > limitMs) continue;
    const intendedUs = header.at + msToUs(atMs);
    const startUs = answer.outcome === "dropped" ? intendedUs + msToUs(answer.tookMs) : intendedUs + 200;
    const endUs = intendedUs + msToUs(answer.tookMs);
    requests.push({
      type: "request",
      at: endUs,
      workload: workload?.name ?? "load",
      route: routes[n % routes.length] ?? "none",
      intendedUs,
      startUs,
      firstByteUs: endUs,
      endUs,
      status: answer.status,
      outcome: answer.outcome,
      bytes: 120,
    });
  }
  const writes = tracked(header, requests, { conduct: play.conduct, endMs: play.timeline.totalMs, quiesceMs: parseDurationMs(scenario.quiesceWithin) });
  return { requests, writes };
}

function generator(startUs: number, totalMs: number, conduct: Conduct): JsonEvent[] {
  const health = conduct.generator ?? { startLagP99Ms: 0.4, eventLoopDelayP99Ms: 2.1, cpuPercent: 14 };
  return Array.from({ length: Math.floor(totalMs / 1000) }, (_, second): JsonEvent => ({
    type: "generator",
    at: startUs + msToUs((second + 1) * 1000),
    ...health,
    connections: 16,
    inFlight: 2,
  }));
}

const nothing: LinkUse = { connections: 0, bytesUp: 0, bytesDown: 0 };
const usual = { all: { connections: 140, bytesUp: 90_000, bytesDown: 410_000 }, own: { connections: 120, bytesUp: 1200, bytesDown: 2400 } };

/** As counted since the link was made: services used it at boot already. */
function links(header: RunHeader, at: number, { all, own }: { all: LinkUse; own: LinkUse | null }): JsonEvent[] {
  const sinceBoot = { connections: all.connections + 3, bytesUp: all.bytesUp + 500, bytesDown: all.bytesDown + 700 };
  return Object.keys(header.target.links).map((link): JsonEvent => ({ type: "link", at, link, ...sinceBoot, own }));
}

function ending(header: RunHeader, { kept, lastUs, conduct, back }: { kept: readonly LogEvent[]; lastUs: number; conduct: Conduct; back: readonly JsonEvent[] }): JsonEvent[] {
  const requests = kept.filter((event) => event.type === "request");
  const dropped = requests.filter((request) => request.outcome === "dropped").length;
  const loadEnd: JsonEvent = { type: "load-end", at: lastUs + 1, offered: requests.length, started: requests.length - dropped, dropped };
  const cleanup: JsonEvent = { type: "cleanup", at: lastUs + 3, complete: true, left: [] };
  const end: JsonEvent = { type: "end", at: lastUs + 4 };
  if (conduct.stopAt === undefined) return [loadEnd, ...back, ...links(header, lastUs + 2, conduct.links ?? usual), cleanup, end];
  const { why, code, message } = conduct.stopAt;
  return [loadEnd, { type: "stop", at: lastUs + 2, why, code, message }, cleanup, end];
}
