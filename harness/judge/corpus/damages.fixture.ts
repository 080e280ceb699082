/** Every way in which a run can fail to give data, as changes of a scripted log, and which objectives of the corpus target have nothing to stand on then. */

import { integerBetween, type Dice } from "../../base/random.ts";
import type { JsonEvent, LogEvent } from "../../log/event.ts";

export interface Damage {
  name: string;
  /** Objectives that must not pass; "all": none may. */
  starves: readonly string[] | "all";
  change(events: readonly LogEvent[], roll: Dice): LogEvent[];
}

const onLoad = ["ORD-01", "ORD-02", "ORD-03", "ORD-04", "ORD-05", "ORD-06", "ORD-07", "ORD-09"];
const onFault = ["ORD-07", "ORD-09", "ORD-10", "ORD-11", "ORD-14", "ORD-15"];
const notANumber = Number.NaN;
const hourUs = 3_600_000_000;

export const damages: readonly Damage[] = [
  without("no request", ["request"], ["ORD-01", "ORD-02", "ORD-15"]),
  without("no request and no probe", ["request", "probe"], ["ORD-01", "ORD-02", "ORD-07", "ORD-14", "ORD-15", "ORD-16"]),
  without("no tracked write", ["write"], ["ORD-03", "ORD-04", "ORD-05", "ORD-10"]),
  without("no completion", ["completion"], ["ORD-03", "ORD-04", "ORD-05", "ORD-09"]),
  without("nobody waited for what was under way", ["quiesced"], ["ORD-03", "ORD-04", "ORD-05"]),
  without("no gauge", ["gauge"], ["ORD-06"]),
  without("no fact", ["fact"], "all"),
  without("no boot", ["boot"], ["ORD-17"]),
  without("no phase", ["phase"], [...onLoad, "ORD-15", "ORD-16"]),
  without("no fault", ["fault"], onFault),
  without("no health of the generator", ["generator"], onLoad),
  without("no last record of the load", ["load-end"], "all"),
  without("no last record of the harness", ["end"], "all"),
  changed("a fact is not a number", ["ORD-13"], (event) => (event.type === "fact" ? { ...event, values: [1, notANumber] } : event)),
  changed("a fact gave no value", ["ORD-13"], (event) => (event.type === "fact" ? { ...event, values: [] } : event)),
  changed("a fact could not be read", ["ORD-13"], (event) => (event.type === "fact" ? { ...event, values: null, why: "it timed out" } : event)),
  changed("gauges are not numbers", ["ORD-06"], (event) => (event.type === "gauge" ? { ...event, value: notANumber } : event)),
  changed("gauges were not answered", ["ORD-06"], (event) => (event.type === "gauge" ? { ...event, value: null } : event)),
  changed("durations of probes are not numbers", ["ORD-16"], (event) => (event.type === "probe" ? { ...event, tookMs: notANumber } : event)),
  changed("the generator's health is not a number", onLoad, (event) => (event.type === "generator" ? { ...event, eventLoopDelayP99Ms: notANumber, cpuPercent: notANumber } : event)),
  changed("the generator's event loop was busy", onLoad, (event) => (event.type === "generator" ? { ...event, eventLoopDelayP99Ms: 90 } : event)),
  changed("the generator had no processor left", onLoad, (event) => (event.type === "generator" ? { ...event, cpuPercent: 97 } : event)),
  changed("the generator was late", onLoad, (event) => (event.type === "request" ? { ...event, startUs: event.startUs + 40_000 } : event)),
  changed("the generator dropped a hundredth", onLoad, (event) => (event.type === "request" && event.intendedUs % 2_000_000 < 20_000 ? { ...event, outcome: "dropped", status: 0 } : event)),
  changed("the ledger was read in part", ["ORD-10", "ORD-11"], (event) => (event.type === "read-back" ? { ...event, last: false } : event)),
  changed("the ledger could not be read", ["ORD-10", "ORD-11"], ({ ...event }) => (event.type === "read-back" ? { type: "read-back-failed", at: event.at, ledger: event.ledger, way: event.way, why: "refused" } : event)),
  without("the ledger was not read", ["read-back"], "all"),
  ...(["injected", "felt"] as const).map((stage) => fault(`the fault has no record that it was ${stage}`, (event) => event.stage === stage, null)),
  fault("the fault was not felt", (event) => event.stage === "felt", (event) => ({ ...event, stage: "felt", witness: { seen: false, what: "all went on as before" } })),
  fault("the fault failed", (event) => event.stage === "felt", ({ type, at, id, kind, on }) => ({ type, at, id, kind, on, stage: "failed", why: "no right to do that" })),
  without("nothing says that the system was steady before the fault", ["steady-state"], "all"),
  without("nothing says whether the system returned after the fault", ["return-to-baseline"], "all"),
  { name: "the fault was injected although the system was not steady", starves: "all", change: (events) => events.map((event) => (event.type === "steady-state" ? { ...event, steady: false, why: "30 of 500 were not good" } : event)) },
  { name: "the system was found steady only after the fault", starves: "all", change: (events) => movedTo(events, "steady-state", "healed") },
  { name: "the system was asked for its return before the fault had healed", starves: "all", change: (events) => movedTo(events, "return-to-baseline", "felt") },
  { name: "the fault met nobody", starves: onFault, change: walkedPast },
  ...["baseline", "fault"].map((name): Damage => ({
    name: `phase ${name} never began`,
    starves: name === "baseline" ? ["ORD-01", "ORD-02", "ORD-03", "ORD-04", "ORD-05", "ORD-06", "ORD-07", "ORD-09"] : ["ORD-15"],
    change: (events) => events.filter((event) => event.type !== "phase" || event.name !== name),
  })),
  { name: "a third of the baseline failed", starves: ["ORD-01", "ORD-02", "ORD-07", "ORD-09"], change: failingBaseline },
  { name: "the probe process crashed", starves: "all", change: crashedProbe },
  { name: "the load process crashed", starves: "all", change: crashedLoad },
  { name: "the clock of the load stepped an hour back", starves: "all", change: (events, roll) => stepped(events, roll, -hourUs) },
  { name: "the clock of the load stepped an hour ahead", starves: "all", change: (events, roll) => stepped(events, roll, hourUs) },
  // So little that the requests are still due in some phase, only in another one.
  { name: "the clock of the load stepped 20 s back", starves: "all", change: (events, roll) => stepped(events, roll, -20_000_000) },
  { name: "the clock of the load stepped 20 s ahead", starves: "all", change: (events, roll) => stepped(events, roll, 20_000_000) },
  { name: "the log ends somewhere", starves: "all", change: (events, roll) => events.slice(0, integerBetween(roll, 1, events.length - 2)) },
  { name: "a request is missing", starves: "all", change: (events, roll) => withoutOne(events, roll, "request") },
];

function without(name: string, types: readonly string[], starves: Damage["starves"]): Damage {
  return { name, starves, change: (events) => events.filter((event) => !types.includes(event.type)) };
}

/** Records are as a log gives them back: what is not a number becomes null in it. */
function changed(name: string, starves: readonly string[], change: (event: LogEvent) => LogEvent): Damage {
  return { name, starves, change: (events) => events.map((event) => asLogged(event, change(event))) };
}

function asLogged(before: LogEvent, after: LogEvent): LogEvent {
  if (before === after || after.type === "request") return after;
  const logged: JsonEvent = JSON.parse(JSON.stringify(after));
  return logged;
}

type FaultEvent = Extract<LogEvent, { type: "fault" }>;

function fault(name: string, is: (event: FaultEvent) => boolean, change: ((event: FaultEvent) => FaultEvent) | null): Damage {
  return {
    name,
    starves: onFault,
    change: (events) => events.flatMap((event) => (event.type !== "fault" || !is(event) ? [event] : change === null ? [] : [change(event)])),
  };
}

/** The record comes right after that stage of the fault. */
function movedTo(events: readonly LogEvent[], type: "steady-state" | "return-to-baseline", stage: FaultEvent["stage"]): LogEvent[] {
  const record = events.find((event) => event.type === type);
  const rest = events.filter((event) => event !== record);
  const after = rest.findIndex((event) => event.type === "fault" && event.stage === stage);
  const at = rest[after]?.at;
  return record === undefined || at === undefined ? [...events] : rest.toSpliced(after + 1, 0, { ...record, at });
}

/** Only probes were on the links; without a fault that says nothing. */
function walkedPast(events: readonly LogEvent[]): LogEvent[] {
  const probed = { connections: 5, bytesUp: 0, bytesDown: 0 };
  const faulted = events.some((event) => event.type === "fault");
  return events.map((event) => (event.type === "link" && faulted ? { ...event, ...probed, own: probed } : event));
}

function failingBaseline(events: readonly LogEvent[]): LogEvent[] {
  const begin = events.find((event) => event.type === "phase" && event.name === "baseline" && event.edge === "begin")?.at ?? 0;
  const end = events.find((event) => event.type === "phase" && event.name === "baseline" && event.edge === "end")?.at ?? 0;
  let n = 0;
  return events.map((event) => {
    if (event.type !== "request" || event.intendedUs < begin || event.intendedUs >= end) return event;
    n += 1;
    return n % 3 === 0 ? { ...event, outcome: "status", status: 500 } : event;
  });
}

const ofProbe: ReadonlySet<string> = new Set(["probe", "gauge", "completion", "quiesced", "read-back", "fact"]);

/** From some instant on, the first three quarters of the run. */
function crashedProbe(events: readonly LogEvent[], roll: Dice): LogEvent[] {
  const atUs = someInstant(events, roll);
  return events.filter((event) => !ofProbe.has(event.type) || event.at < atUs);
}

const ofLoad: ReadonlySet<string> = new Set(["request", "write", "generator", "load-end"]);

function crashedLoad(events: readonly LogEvent[], roll: Dice): LogEvent[] {
  const atUs = someInstant(events, roll);
  return events.filter((event) => !ofLoad.has(event.type) || event.at < atUs);
}

/** What the load wrote from some instant on is stamped by another clock; the reader merges by stamps. */
function stepped(events: readonly LogEvent[], roll: Dice, stepUs: number): LogEvent[] {
  const atUs = someInstant(events, roll);
  const moved = events.map((event): LogEvent => {
    if (!ofLoad.has(event.type) || event.at < atUs) return event;
    const at = event.at + stepUs;
    if (event.type === "write") return { ...event, at, intendedUs: event.intendedUs + stepUs };
    if (event.type !== "request") return { ...event, at };
    const { intendedUs, startUs, firstByteUs, endUs } = event;
    return { ...event, at, intendedUs: intendedUs + stepUs, startUs: startUs + stepUs, firstByteUs: firstByteUs + stepUs, endUs: endUs + stepUs };
  });
  return merged([moved.filter((event) => !ofLoad.has(event.type)), moved.filter((event) => ofLoad.has(event.type))]);
}

function merged([left, right]: [LogEvent[], LogEvent[]]): LogEvent[] {
  const both: LogEvent[] = [];
  let [l, r] = [0, 0];
  for (;;) {
    const [a, b] = [left[l], right[r]];
    if (a === undefined) return [...both, ...right.slice(r)];
    if (b === undefined) return [...both, ...left.slice(l)];
    // The header comes first: a log is opened by it.
    if (l === 0 || a.at <= b.at) {
      both.push(a);
      l += 1;
    } else {
      both.push(b);
      r += 1;
    }
  }
}

function withoutOne(events: readonly LogEvent[], roll: Dice, type: string): LogEvent[] {
  const found = events.flatMap((event, index) => (event.type === type ? [index] : []));
  const left = found[integerBetween(roll, 0, found.length - 1)];
  return events.filter((_, index) => index !== left);
}

function someInstant(events: readonly LogEvent[], roll: Dice): number {
  const requests = events.filter((event) => event.type === "request");
  const index = integerBetween(roll, Math.floor(requests.length / 10), Math.floor(0.75 * requests.length));
  return requests[index]?.at ?? 0;
}
