/** A log of a run whose system under test has put hostile text wherever it can: into its definition, and into every record that quotes it. */

import type { JsonEvent, LogEvent, RunHeader } from "../harness/log/event.ts";
import { scriptedRuns } from "../harness/judge/corpus/scripted-runs.fixture.ts";
import { writeSmallRun } from "../harness/judge/corpus/small-run.fixture.ts";
import { payloads } from "./hostile.fixture.ts";

type Others = Exclude<JsonEvent, RunHeader>;

/** One of each kind of record, with every field that it can have. A kind that is left out does not compile. */
const oneOfEach: { readonly [Type in Others["type"]]: Extract<Others, { type: Type }> } = {
  phase: { type: "phase", at: 0, name: "baseline", edge: "begin" },
  boot: { type: "boot", at: 0, bootMs: 1, versions: ["v"], images: [{ service: "s", image: "i", digest: "d", id: "i" }], ready: ["n"], notReady: ["n"] },
  process: { type: "process", at: 0, process: "p", what: "exited", pid: 1, ended: "e" },
  output: { type: "output", at: 0, process: "p", stream: "err", line: "l" },
  fault: { type: "fault", at: 0, id: "f", kind: "k", on: "o", stage: "failed", why: "w" },
  "node-state": { type: "node-state", at: 0, when: "fault", fault: "f", states: [{ node: "n", process: "p", state: "ended", ended: "e", outOfMemory: true, restarts: 1 }] },
  "node-output": { type: "node-output", at: 0, fault: "f", fromUs: 0, toUs: 1, node: "n", process: "p", lines: [{ at: 0, stream: "err", line: "l" }], leftOut: { count: 1, after: 0, atLeast: true }, why: "w" },
  link: { type: "link", at: 0, link: "l", connections: 1, bytesUp: 1, bytesDown: 1, own: null },
  "processor-use": { type: "processor-use", at: 0, overMs: 1000, used: [{ process: "p", ms: 1 }] },
  "steady-state": {
    type: "steady-state",
    at: 0,
    steady: false,
    why: "w",
    baseline: { requests: 1, good: 1 },
    window: { fromUs: 0, toUs: 1, requests: 1, good: 1, unanswered: 0 },
    p95Ms: 1,
    p95LimitMs: 1,
  },
  "return-to-baseline": { type: "return-to-baseline", at: 0, returned: false, why: "w", tookMs: null, resolutionMs: 1, withinMs: 1 },
  restored: { type: "restored", at: 0, ledger: "l", ageMs: 1, what: "w" },
  operation: { type: "operation", at: 0, id: "o", kind: "restore", on: "n", stage: "failed", tookMs: 1, why: "w" },
  manual: { type: "manual", at: 0, id: "f", step: 1, part: "act", owner: "o", text: "t", expectedMs: 1, stage: "confirmed", by: "ack", tookMs: 1 },
  "restore-check": { type: "restore-check", at: 0, node: "n", check: "c", atBackup: 1, restored: null, why: "w" },
  repeat: { type: "repeat", at: 0, repeat: 1, attempt: 1, seed: 1 },
  stop: { type: "stop", at: 0, why: "error", code: "internal", message: "m", hint: "h" },
  quiesced: { type: "quiesced", at: 0, complete: true, tookMs: 1, openItems: 0 },
  cleanup: { type: "cleanup", at: 0, complete: false, left: [{ kind: "k", id: "i", command: "c" }] },
  end: { type: "end", at: 0 },
  "load-ready": { type: "load-ready", at: 0 },
  replay: { type: "replay", at: 0, workload: "w", sha256: "s", arrivals: 1, spanMs: 1, skipped: 0, isSpread: false },
  "search-step": { type: "search-step", at: 0, workload: "w", ratePerSecond: 1, fromUs: 0, untilUs: 1 },
  "search-end": { type: "search-end", at: 0, workload: "w", endedBy: "steps" },
  "load-end": { type: "load-end", at: 0, offered: 0, started: 0, dropped: 0 },
  generator: { type: "generator", at: 0, of: "w", startLagP99Ms: 1, eventLoopDelayP99Ms: 1, cpuPercent: 1, connections: 1, inFlight: 1 },
  "request-errors": { type: "request-errors", at: 0, route: "r", outcome: "reset", message: "m", count: 3 },
  "engine-end": {
    type: "engine-end",
    at: 0,
    workload: "w",
    engine: "k6",
    version: "v",
    exitCode: 107,
    wasStopped: false,
    said: "s",
    clockShiftMs: 0,
    checks: { passed: 1, failed: 1 },
    thresholds: [{ metric: "m", expression: "e", samples: 1, crossed: true, value: 1, unit: "u" }],
  },
  write: { type: "write", at: 0, ledger: "l", id: "i", intendedUs: 0, what: "ok" },
  probe: { type: "probe", at: 0, probe: "p", intendedUs: 0, tookMs: 1, ok: false, why: "w" },
  completion: { type: "completion", at: 0, completion: "c", resolutionMs: 1, done: [{ id: "i", ok: true }] },
  gauge: { type: "gauge", at: 0, gauge: "g", value: null, why: "w" },
  "probing-failed": { type: "probing-failed", at: 0, what: "w", why: "w" },
  "read-back": { type: "read-back", at: 0, ledger: "l", way: "w", ids: ["i"], last: true },
  "read-back-failed": { type: "read-back-failed", at: 0, ledger: "l", way: "w", why: "w" },
  fact: { type: "fact", at: 0, fact: "f", values: null, why: "w" },
};

/** Fields that hold words of our own, whose types leave a target no choice. Every other text is poisoned. */
const ourWords: ReadonlySet<string> = new Set(["type", "phase.name", "edge", "what@process", "what@write", "when", "state", "stream", "stage", "why@stop", "part", "by@manual", "code", "outcome", "engine", "endedBy"]);

type Next = () => string;

/** The records of `oneOfEach` with a payload in every text. */
function hostileRecords(at: number, next: Next): LogEvent[] {
  return Object.values(oneOfEach)
    .filter(({ type }) => type !== "phase" && type !== "end" && type !== "load-end")
    .map((event) => poisonedRecord({ ...event, at }, next));
}

function poisonedRecord(event: LogEvent, next: Next): LogEvent {
  const isOurs = (key: string): boolean => ourWords.has(key) || ourWords.has(`${key}@${event.type}`);
  const text = JSON.stringify(event, (key, value: unknown) => (typeof value === "string" && !isOurs(key) ? next() : value));
  const poisoned: LogEvent = JSON.parse(text);
  return poisoned;
}

/** What a definition says in words, as a target may have it. Names and formulas are strict (R30), and judged by. */
function hostileHeader(header: RunHeader, next: Next): RunHeader {
  const { target, scenario } = header;
  const objectives = target.objectives.map((row) => ({
    ...row,
    statement: next(),
    source: { ...row.source, document: next(), section: next() },
    ...(row.indicator?.kind === "ledger" || row.indicator?.kind === "fact" ? { unit: next() } : {}),
    choice: next(),
    coverage: next(),
  }));
  return {
    ...header,
    commit: next(),
    versions: [next(), next()],
    suite: { ...header.suite, title: next() },
    target: { ...target, title: next(), settings: { [next()]: next() }, gauges: mapValues(target.gauges, (gauge) => ({ ...gauge, unit: next() })), objectives },
    scenario: scenario === null ? null : { ...scenario, title: next() },
    repeat: next(),
    gatesSeenRed: [{ objective: "ORD-07", atUnixMs: 0, by: next() }],
    previous: { run: next(), outcome: next(), objectives: [{ objective: "ORD-07", outcome: next(), value: 1 }, { objective: next(), outcome: next(), value: null }] },
  };
}

function mapValues<Value>(table: Readonly<Record<string, Value>>, change: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]));
}

/** Writes a run whose n-th text is payload n + `offset`: over all offsets every text is every payload. */
export function writeHostileRun(folder: string, offset: number): void {
  let count = offset;
  const next = (): string => payloads[count++ % payloads.length] ?? "";
  const small = { ...scriptedRuns["fail-lying-health"], plan: "outage" as const, rules: ["ORD-07", "ORD-10", "ORD-13", "ORD-14", "ORD-15"], alsoThere: ["ORD-08", "ORD-20"] };
  writeSmallRun(folder, small, ([first, ...rest]) => {
    if (first?.type !== "run") throw new TypeError("a log begins with its header");
    // What is told of the clean-up last is what counts.
    const at = rest.at(-1)?.at ?? first.at;
    return [hostileHeader(first, next), ...hostileRecords(first.at + 1, next), ...rest.slice(0, -1), poisonedRecord({ ...oneOfEach.cleanup, at }, next), ...rest.slice(-1)];
  });
}
