/** The saved runs that are written, not recorded: one for every outcome that a few scripted seconds can have, and for every reason to be undecided. */

import type { Dice } from "../../base/random.ts";
import type { Answer, Conduct } from "../../sli/scripted/simulate.fixture.ts";
import type { SmallRun } from "./small-run.fixture.ts";

const injectedAtMs = 7000;
const healedAtMs = 9000;

const good = (roll: Dice): Answer => ({ outcome: "ok", status: 202, tookMs: 10 + roll() * 30 });
const refused: Answer = { outcome: "status", status: 503, tookMs: 4 };

/** The store is out of reach from the injection on, until `untilMs`. */
function down(untilMs: number = healedAtMs + 150): Conduct {
  const isDown = (atMs: number): boolean => atMs >= injectedAtMs && atMs < untilMs;
  return {
    answer: (atMs, roll) => (isDown(atMs) ? refused : good(roll)),
    probe: (_probe, atMs) => ({ ok: !isDown(atMs), tookMs: 3 }),
    finish: (_n, acknowledgedAtMs) => ({ atMs: isDown(acknowledgedAtMs + 800) ? untilMs + 500 : acknowledgedAtMs + 800, ok: true }),
  };
}

const reads: SmallRun = { plan: "calm", rules: ["ORD-01", "ORD-02"] };
const writes: SmallRun = { plan: "calm", rules: ["ORD-03", "ORD-10", "ORD-11"], writes: true };
const outage: SmallRun = { plan: "outage", rules: ["ORD-07", "ORD-14", "ORD-15"], conduct: down() };
const threshold = { metric: "http_req_duration", samples: 240, unit: "ms" };
const k6 = { engine: "k6" as const, version: "k6 v1.8.1", exitCode: 99, wasStopped: false, said: "", clockShiftMs: 0, checks: { passed: 240, failed: 0 } };

/** Name → how it is made. The names say how the run is judged, and why. */
export const scriptedRuns: Readonly<Record<string, SmallRun>> = {
  "pass-calm": { plan: "calm", rules: ["ORD-01", "ORD-02", "ORD-03", "ORD-04", "ORD-06", "ORD-10", "ORD-11", "ORD-13", "ORD-16", "ORD-17"], writes: true },
  "pass-outage": { ...outage, rules: ["ORD-07", "ORD-09", "ORD-10", "ORD-14", "ORD-15"], writes: true },
  "pass-repeated-faults": { plan: "outages", rules: ["ORD-07"], conduct: thrice(300) },
  "pass-not-covered": { ...reads, required: ["ORD-01"], alsoThere: ["ORD-19", "ORD-20"] },
  "pass-information": { plan: "outage", rules: ["ORD-07", "ORD-08", "ORD-18"], required: ["ORD-07"], conduct: down() },
  "pass-disappeared": { ...reads, previous: { run: "2026-11-19-1402-syn", outcome: "fail", objectives: [{ objective: "ORD-01", outcome: "fail", value: 612 }, { objective: "ORD-99", outcome: "pass", value: 1 }] } },

  "fail-latency": { ...reads, conduct: { answer: (_atMs, roll) => ({ ...good(roll), tookMs: roll() < 0.3 ? 640 : 40 }) } },
  "fail-availability": { ...reads, rules: ["ORD-02"], conduct: { answer: (_atMs, roll) => (roll() < 0.3 ? { outcome: "reset", status: 0, tookMs: 9 } : good(roll)) } },
  "fail-completion-time": { ...writes, rules: ["ORD-03"], conduct: { finish: (n, at) => ({ atMs: at + (n % 3 === 0 ? 12_000 : 800), ok: true }) } },
  "fail-completion-errors": { ...writes, rules: ["ORD-04"], conduct: { finish: (n, at) => ({ atMs: at + 800, ok: n % 3 !== 0 }) } },
  "fail-never-finished": { ...writes, rules: ["ORD-03", "ORD-04"], conduct: { finish: (n, at) => (n % 2 === 0 ? null : { atMs: at + 800, ok: true }) } },
  "fail-gauge": { ...reads, rules: ["ORD-06"], conduct: { gauge: () => 14 } },
  "fail-rate": { ...writes, rules: ["ORD-05"], conduct: { finish: (n, at) => (n % 12 === 0 ? { atMs: at + 800, ok: true } : null) } },
  "fail-fact": { ...reads, rules: ["ORD-13"], conduct: { fact: () => [2, 5] } },
  "fail-probe-time": { ...reads, rules: ["ORD-16"], conduct: { probe: () => ({ ok: true, tookMs: 700 }) } },
  "fail-lost-tail": { ...writes, conduct: { copies: (n) => (n >= 80 ? 0 : 1) } },
  "fail-lost-hole": { ...writes, conduct: { copies: (n) => (n === 31 || n === 32 ? 0 : 1) } },
  "fail-duplicated": { ...writes, conduct: { copies: (n) => (n === 40 ? 2 : 1) } },
  "fail-recovery": { ...outage, rules: ["ORD-07"], conduct: down(healedAtMs + 3000) },
  "fail-not-recovered": { ...outage, rules: ["ORD-07"], conduct: down(60_000) },
  "fail-lying-health": { ...outage, conduct: { ...down(), probe: (probe, atMs) => ({ ok: probe === "api-deep" || atMs < injectedAtMs || atMs >= healedAtMs + 150, tookMs: 3 }) } },
  "fail-unexpected-answers": { ...outage, conduct: { ...down(), answer: (atMs, roll) => (atMs >= injectedAtMs && atMs < healedAtMs + 150 ? { ...refused, status: 500 } : good(roll)) } },
  "fail-repeated-faults": { plan: "outages", rules: ["ORD-07"], conduct: thrice(3000) },
  "fail-threshold": { ...reads, engine: { ...k6, thresholds: [{ ...threshold, expression: "p(95)<20", crossed: true, value: 38.4 }, { ...threshold, expression: "p(95)<200", crossed: false, value: 38.4 }] } },

  "undecided-few-samples": { ...reads, rules: ["ORD-02"], conduct: { answer: (atMs, roll) => (atMs > 3000 && atMs < 3100 ? { outcome: "timeout", status: 0, tookMs: 900 } : good(roll)) } },
  "undecided-required-not-ruled": { ...reads, required: ["ORD-01", "ORD-20"], alsoThere: ["ORD-20"] },
  "undecided-not-steady-before": { ...outage, damage: "a third of the baseline failed" },
  "undecided-drift": { ...reads, rules: ["ORD-01"], conduct: { answer: (atMs, roll) => ({ ...good(roll), tookMs: 20 + atMs / 15 }) } },
  "undecided-fault-not-felt": { ...outage, conduct: { felt: false } },
  "undecided-fault-failed": { ...outage, damage: "the fault failed" },
  "undecided-fault-met-nobody": { ...outage, damage: "the fault met nobody" },
  "undecided-fault-without-record": { ...outage, damage: "no fault" },
  "undecided-generator-late": { ...reads, damage: "the generator was late" },
  "undecided-generator-busy": { ...reads, damage: "the generator had no processor left" },
  "undecided-generator-unknown": { ...reads, damage: "no health of the generator" },
  "undecided-ledger-unread": { ...writes, damage: "the ledger could not be read" },
  "undecided-ledger-in-part": { ...writes, damage: "the ledger was read in part" },
  "undecided-gauge-missing": { ...reads, rules: ["ORD-06"], damage: "gauges were not answered" },
  "undecided-fact-missing": { ...reads, rules: ["ORD-13"], damage: "a fact could not be read" },
  "undecided-no-request": { ...reads, damage: "no request" },
  "undecided-no-phase": { ...reads, damage: "phase baseline never began" },
  "undecided-probe-crashed": { ...outage, damage: "the probe process crashed" },
  "undecided-load-crashed": { ...reads, damage: "the load process crashed" },
  "undecided-request-missing": { ...reads, damage: "a request is missing" },
  "undecided-clock-step": { ...reads, damage: "the clock of the load stepped 20 s ahead" },
  "undecided-cut": { ...outage, damage: "the log ends somewhere" },
  "undecided-cut-suite": { ...reads, suite: "cut" },
  "undecided-threshold-without-samples": { ...reads, engine: { ...k6, exitCode: 0, thresholds: [{ ...threshold, metric: "http_reqs{name:nobody}", expression: "count>0", samples: 0, crossed: false, value: 0 }] } },
  "undecided-script-threw": { ...reads, engine: { ...k6, exitCode: 107, said: "ReferenceError: shop is not defined", thresholds: [] } },

  "stopped-by-condition": { ...outage, stop: { why: "condition", code: "stopped", message: "error ratio 0.93 over 20 s is above 0.9" } },
  "stopped-by-interrupt": { ...reads, stop: { why: "interrupt", code: "interrupted", message: "SIGINT" } },
  "stopped-by-error": { ...reads, stop: { why: "error", code: "target-not-ready", message: "node api was not ready within 30 s" } },
  "never-ran": { ...reads, suite: "never ran" },
  "clean-up-incomplete": { ...reads, suite: "unclean" },
};

/** Three outages, four seconds apart; the last one goes on for `restMs` after it was healed. */
function thrice(restMs: number): Conduct {
  const isDown = (atMs: number): boolean => [7000, 11_000, 15_000].some((from, index) => atMs >= from && atMs < from + 1000 + (index === 2 ? restMs : 200));
  return { answer: (atMs, roll) => (isDown(atMs) ? refused : good(roll)), probe: (_probe, atMs) => ({ ok: !isDown(atMs), tookMs: 3 }) };
}
