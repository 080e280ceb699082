/** A failed gate as in the sketch of the report's first screen, for tests of the renderers. All of it is made up. */

import type { ScenarioEvidence, Scene, SeriesPoint } from "../harness/judge/evidence.ts";
import type { DataLoss, FaultRecord, Ruling, SuiteObjective, SuiteVerdict, Verdict } from "../harness/judge/verdict/schema.ts";
import type { RunHeader } from "../harness/log/event.ts";
import { dice } from "../harness/base/random.ts";
import type { ReportInput } from "./input.ts";

const repeat = "npx roadworthy suite gate --target continuum-report --seed 8127";

export function sampleInput(): ReportInput {
  const header = sampleHeader();
  const objectives = sampleObjectives();
  const count = (outcome: string): number => objectives.filter((row) => row.outcome === outcome).length;
  const suite: SuiteVerdict = {
    schema: 1,
    run: header.run,
    suite: "gate",
    target: "continuum-report",
    title: "The Continuum Report",
    stack: "embedded",
    outcome: "fail",
    exitCode: 1,
    headline: "FAIL, release blocked: after a database crash the API was down 41 s; 5 s are allowed.",
    startedAt: "2026-11-20T14:02:11.000Z",
    durationMs: 231_000,
    seed: 8127,
    required: objectives.filter((row) => row.required).map((row) => row.objective),
    counts: {
      objectives: objectives.length,
      ruled: objectives.filter((row) => row.status === "ruled").length,
      passed: count("pass"),
      failed: count("fail"),
      inconclusive: count("inconclusive"),
      information: objectives.filter((row) => row.status === "information").length,
      notCovered: objectives.filter((row) => row.status === "not covered").length,
      own: 3,
      requiredPassed: 7,
      requiredFailed: 1,
      requiredInconclusive: 1,
    },
    scenarios: ["steady", "postgres-outage"].map((scenario, index) => ({ scenario, run: `${header.run}/${scenario}`, outcome: index === 0 ? ("inconclusive" as const) : ("fail" as const), ran: true })),
    objectives,
    disappeared: [],
    previousRun: "2026-11-18-0910-b2c",
    incomplete: null,
    stopped: null,
    cleanup: { complete: true, left: [] },
    versions: ["PostgreSQL 15.18", "Valkey 9.1.2", "Node 26.10.0"],
    commit: "4be19c2f00aa11bb22cc33dd44ee55ff66778899",
    settings: { "processing time": "120 ms ± 40", replicas: "3 workers", "documents offered": "12 per second" },
    repeat,
  };
  return { header, suite, scenarios: [sampleScenario(header, "steady"), sampleScenario(header, "postgres-outage")] };
}

export function sampleHeader(): RunHeader {
  return {
    type: "run",
    at: 1_000_000,
    schema: 1,
    run: "2026-11-20-1402-k3f",
    startedAtUnixMs: 1_795_183_331_000,
    roadworthyVersion: "0.1.0",
    commit: "4be19c2f00aa11bb22cc33dd44ee55ff66778899",
    versions: ["PostgreSQL 15.18", "Valkey 9.1.2", "Node 26.10.0"],
    host: { platform: "linux x64", cpus: 2, memoryMiB: 7940, fingerprint: "c0ffee12" },
    stack: "embedded",
    proxy: "embedded",
    seed: 8127,
    suite: { name: "gate", title: "Release gate", target: "continuum-report", scenarios: ["steady", "postgres-outage"], required: [] },
    target: {
      name: "continuum-report",
      title: "The Continuum Report",
      turnsRed: [],
      shownBy: [],
      settings: {},
      nodes: {},
      links: {},
      routes: {},
      ledgers: {},
      completions: {},
      gauges: {},
      facts: {},
      probes: {},
      reset: [],
    backups: {},
      objectives: [],
    },
    scenario: null,
    planned: ["steady", "postgres-outage"],
    repeat,
    previous: null,
  };
}

export function sampleRuling(fields: Partial<Ruling> & { objective: string }): Ruling {
  return {
    statement: "A promise",
    source: { document: "continuum-report.md", line: 1176, section: "Success criteria" },
    kind: "target",
    indicator: "availability",
    phase: "steady",
    clock: null,
    op: ">=",
    limit: 99.9,
    unit: "%",
    status: "ruled",
    outcome: "pass",
    value: 99.9889,
    interval: [99.9473, 99.9994],
    samples: 9000,
    why: "1 of 9,000 failed; at least 99.94 % is shown. Not a statement about a month",
    choice: null,
    sameAs: null,
    ...fields,
  };
}

export function sampleRow(fields: Partial<SuiteObjective> & { objective: string }): SuiteObjective {
  return { ...sampleRuling(fields), scenario: "steady", required: false, coverage: null, others: [], previous: null, ...fields };
}

function sampleObjectives(): SuiteObjective[] {
  const own = { kind: "own", source: { document: "continuum-report system page", section: "own" }, required: true } as const;
  const ruled = [
    sampleRow({ objective: "CON-03", required: true, statement: "Document errors below 0.5 %", indicator: "completion-errors", op: "<", limit: 0.5, outcome: "inconclusive", value: 0.4167, interval: [0.074, 1.306], samples: 480, why: "2 of 480 documents ended as errors; 778 more clean ones decide it, about 13 min at this rate; nightly has it" }),
    sampleRow({ objective: "CON-05", required: true, statement: "Availability of 99.9 % in this run" }),
    sampleRow({ objective: "CON-02", required: true, statement: "A document is done within 10 s", indicator: "completion-time", op: "<=", limit: 10, unit: "s", value: 0.41, interval: [0, 0.62], samples: 480, why: "0 of 480 documents took longer than 10 s", choice: "p95; the roadmap names no percentile" }),
    sampleRow({ objective: "CON-04", required: true, statement: "Queue depth below 10", indicator: "gauge", op: "<", limit: 10, unit: "items", value: 3, interval: null, samples: 340, why: "340 of 340 samples within the limit; 95 % are asked for", choice: "95 % of samples; the roadmap gives no share" }),
    sampleRow({ objective: "CON-01", required: true, statement: "100,000 documents a day", indicator: "completion-rate", op: ">=", limit: 100_000, unit: "items/day", value: 1_036_800, interval: null, samples: 480, why: "12.0 documents/s finished while 12.0/s were offered; the backlog did not grow" }),
    sampleRow({ ...own, objective: "CON-90", statement: "API answers within 500 ms (p95)", indicator: "latency", op: "<", limit: 500, unit: "ms", value: 212, interval: [0, 0.03], samples: 9000, why: "0 of 9,000 requests reached 500 ms" }),
    sampleRow({ ...own, objective: "CON-91", statement: "Back in ≤ 5 s after a database crash", scenario: "postgres-outage", indicator: "recovery-time", phase: "recovery", clock: "fault", op: "<=", limit: 5, unit: "s", outcome: "fail", value: 41.2, interval: [41.1, 41.3], samples: 1, why: "database up after 5.3 s; API failed for 35.9 s more: \"Connection terminated\" × 1,077", previous: { outcome: "pass", value: 1.4 } }),
    sampleRow({ ...own, objective: "CON-92", statement: "No acknowledged document lost", scenario: "postgres-outage", indicator: "ledger", op: "==", limit: 0, unit: "documents", value: 0, interval: null, samples: 1842, why: "0 of 1,842 lost; 3 in doubt (2 stored). Process crash only, not disk or site", others: [{ ...sampleRuling({ objective: "CON-92", indicator: "ledger", op: "==", limit: 0, unit: "documents", value: 0, interval: null, samples: 480, why: "0 of 480 lost" }), scenario: "steady" }] }),
    sampleRow({ objective: "CON-12", required: true, statement: "No duplicate brief for one document", scenario: "postgres-outage", indicator: "fact", op: "==", limit: 0, unit: "briefs", value: 0, interval: null, samples: 1842, why: "0 briefs twice among 1,842" }),
    sampleRow({ objective: "CON-06", statement: "Recovery time of at most 4 h", scenario: "postgres-outage", indicator: "recovery-time", clock: "heal", op: "<=", limit: 4, unit: "h", status: "information", outcome: null, value: 0.0114, interval: [0.0113, 0.0115], samples: 1, why: "a run of 4 minutes cannot exceed 4 h" }),
  ];
  const evidence = Array.from({ length: 46 }, (_, index) =>
    sampleRow({ objective: `CON-${13 + index}`, statement: index % 3 === 0 ? "Nightly copies are kept for 30 days" : "Canary of 10 %, 50 %, 100 % with automatic way back", scenario: null, indicator: null, status: "not covered", outcome: null, value: null, interval: null, samples: null, why: "", coverage: index % 4 === 0 ? "evidence: a document review" : "suite rehearsal", kind: index % 5 === 0 ? "infrastructure" : "criterion" }),
  );
  return [...ruled, ...evidence];
}

function sampleScenario(header: RunHeader, scenario: string): { verdict: Verdict; evidence: ScenarioEvidence; header: RunHeader } {
  const outage = scenario === "postgres-outage";
  const fault: FaultRecord = {
    id: "crash", kind: "node-kill", on: "postgres",
    injectedAtMs: 35_020, feltAtMs: 35_310, healedAtMs: 40_320, settledAtMs: 76_220,
    heldMs: 5300, recoveryTimeMs: 41_200, sinceHealMs: 35_900, notRecovered: false, resolutionMs: 100, failedRequests: 1077,
    witness: { felt: "probe postgres-direct: connection refused", settled: "window of 50 good requests from 1:16.2" },
  };
  const loss: DataLoss = {
    ledger: "documents", acknowledged: 1842, lost: 0, lostMs: null, holes: false, indeterminate: 3, recovered: 2, duplicated: 0, resurrected: 0, unexpected: 0, inFlightAtFault: 7, lostIds: [],
  };
  const verdict: Verdict = {
    schema: 1, run: `${header.run}/${scenario}`, scenario, title: outage ? "The database crashes and comes back" : "Nothing is broken", target: header.target.name, stack: "embedded",
    outcome: outage ? "fail" : "inconclusive", exitCode: outage ? 1 : 2, incomplete: null, stopped: null, startedAt: "2026-11-20T14:03:11.000Z", durationMs: 100_000, seed: 8127,
    phases: outage
      ? [{ name: "warm-up", startMs: 0, endMs: 5000 }, { name: "baseline", startMs: 5000, endMs: 35_000 }, { name: "fault", startMs: 35_000, endMs: 40_320 }, { name: "recovery", startMs: 40_320, endMs: 80_000 }, { name: "after", startMs: 80_000, endMs: 100_000 }]
      : [{ name: "warm-up", startMs: 0, endMs: 5000 }, { name: "baseline", startMs: 5000, endMs: 100_000 }],
    faults: outage ? [fault] : [], links: [], dataLoss: outage ? loss : { ...loss, acknowledged: 480, indeterminate: 0, recovered: 0, inFlightAtFault: null },
    generator: { offered: 4500, started: 4500, dropped: 0, startLagP99Ms: outage ? 1.8 : 1.2, saturated: false, why: null },
    rulings: [], cleanup: { complete: true, left: [] },
  };
  return { verdict, evidence: sampleEvidence(scenario, outage), header };
}

function sampleEvidence(scenario: string, outage: boolean): ScenarioEvidence {
  const roll = dice(7, scenario);
  const down = (second: number): boolean => outage && second >= 35 && second < 76;
  const series: SeriesPoint[] = Array.from({ length: 100 }, (_, second) => {
    const p50 = down(second) ? 5 + roll() * 2 : 60 + roll() * 20;
    return { second, p50Ms: p50, p95Ms: down(second) ? 900 + roll() * 600 : 180 + roll() * 50, p99Ms: down(second) ? null : 260 + roll() * 80, requestsPerSecond: 45, errorsPerSecond: down(second) ? 24 + Math.round(roll() * 6) : second === 12 ? 1 : 0 };
  });
  const depth = Array.from({ length: 200 }, (_, index) => ({ atMs: index * 500, value: index === 90 ? null : down(index / 2) ? Math.round((index - 70) * 1.4) : Math.round(roll() * 4) }));
  const phases = outage ? ["baseline", "fault", "recovery"] : ["baseline"];
  return {
    scenario, series,
    gauges: [{ gauge: "queue-depth", unit: "items", points: depth }, { gauge: "dead-letters", unit: "items", points: depth.map(({ atMs }) => ({ atMs, value: 0 })) }],
    routes: phases.flatMap((phase) => ["ingest", "status"].map((route) => ({ route, phase, requests: 1500, failed: phase === "baseline" ? 0 : 380, dropped: 0, p50Ms: 64.2, p95Ms: 212, p99Ms: phase === "fault" ? null : 290.4, maxMs: 411.9, serviceP95Ms: 209.8, availabilityPercent: phase === "baseline" ? 100 : 74.7, slotAvailabilityPercent: phase === "baseline" ? 100 : 61.2, worstWindowPercent: phase === "baseline" ? 97.8 : 0 }))),
    completions: [{ completion: "briefs", offeredPerSecond: 12, finished: 1839, errors: 2, unfinished: 1, p50Ms: 240, p95Ms: 410, maxMs: 41_900 }],
    slowest: [1, 2, 3].map((rank) => ({ route: "ingest", atMs: 35_000 + rank * 350, phase: "fault", responseMs: 5000 - rank, serviceMs: 4999 - rank, status: 0, outcome: "timeout" })),
    firstFailing: outage ? [1, 2].map((rank) => ({ route: "status", atMs: 35_020 + rank * 22, phase: "fault", responseMs: 3.2, serviceMs: 3.1, status: 500, outcome: "status" })) : [],
    errors: outage ? [{ route: "status", outcome: "status", message: "500: Connection terminated", count: 1077 }, { route: "ingest", outcome: "timeout", message: "no answer in 5 s", count: 12 }] : [],
    probes: [{ probe: "postgres-direct", checks: 500, failed: outage ? 27 : 0, outages: outage ? [{ fromMs: 35_100, toMs: 40_320, why: "connection refused" }] : [] }, { probe: "health-deep", checks: 500, failed: outage ? 205 : 0, outages: outage ? [{ fromMs: 35_300, toMs: 76_100, why: "status 503" }] : [] }],
    cost: { processes: [{ process: "api", meanPercent: 21.4, mostPercent: 48, seconds: 21.4 }, { process: "load-gate", meanPercent: 6.2, mostPercent: 9.1, seconds: 6.2 }, { process: "proxy", meanPercent: 2.1, mostPercent: 3, seconds: 2.1 }], links: [{ link: "api-postgres", throughMs: 4.31, directMs: 3.98, checks: 310 }] },
    scenes: outage ? [sampleScene()] : [],
    output: outage ? [{ atMs: 35_040, process: "postgres", stream: "err", line: "LOG:  server process was terminated by signal 9: Killed" }, { atMs: 35_061, process: "api", stream: "err", line: "Error: Connection terminated unexpectedly" }, { atMs: 76_200, process: "api", stream: "out", line: "pool connected" }] : [],
    processes: outage ? [{ atMs: 35_030, process: "postgres", what: "exited", ended: "SIGKILL" }, { atMs: 40_320, process: "postgres", what: "ready", ended: null }] : [],
    planned: outage ? [{ id: "crash", kind: "node-kill", on: "postgres", injectAtMs: 35_000, healAtMs: 40_000 }] : [],
    workloads: [{ name: "ingest", shape: "constant", ratePerSecond: "12", latency: "response time" }, { name: "readers", shape: "constant", ratePerSecond: "33", latency: "response time" }],
  };
}

/** A database that is killed, and an API that says so. */
function sampleScene(): Scene {
  const state = { state: "running", ended: null, outOfMemory: null, restarts: 0 } as const;
  const postgres = { node: "postgres", process: "postgres" };
  const api = { node: "api", process: "api" };
  return {
    fault: "crash", fromMs: 33_020, toMs: 78_220,
    processes: [
      { ...postgres, before: { ...postgres, ...state }, after: { ...postgres, ...state, ended: "SIGKILL", restarts: 1 }, exits: [{ atMs: 35_030, ended: "SIGKILL" }], lines: [{ atMs: 35_040, stream: "err", line: "LOG:  server process was terminated by signal 9: Killed" }], leftOut: null, why: null },
      { ...api, before: { ...api, ...state }, after: { ...api, ...state }, exits: [], lines: [{ atMs: 35_061, stream: "err", line: "Error: Connection terminated unexpectedly" }, { atMs: 76_200, stream: "out", line: "pool connected" }, { atMs: 76_300, stream: "out", line: "ready" }], leftOut: { count: 312, after: 1, atLeast: false }, why: null },
    ],
  };
}
