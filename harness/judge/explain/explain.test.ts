import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { msToUs } from "../../base/duration.ts";
import type { LogEvent } from "../../log/event.ts";
import { openLog } from "../../log/reader.ts";
import { readPlaced, type Place } from "../../log/segment.ts";
import { syntheticScenarios, writeSyntheticRun, type SyntheticVariant } from "../corpus/synthetic.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import type { IndicatorKind } from "../../scenario/indicator.ts";
import { claimIn } from "../claim.ts";
import { judgeSuite } from "../verdict/suite.ts";
import { explainJudged, explainObjective } from "./explain.ts";
import { traceClaim, type Trace } from "./trace.ts";

const folder = temporaryFolder();
const variants = ["pass", "fail"] as const satisfies readonly SyntheticVariant[];
const runs = variants.map((variant) => [variant, join(folder.path, variant)] as const);
beforeAll(() => {
  for (const [variant, path] of runs) writeSyntheticRun(path, { variant });
});
afterAll(() => folder[Symbol.dispose]());

const readOnce = new Map<string, Buffer>();

/** Record `place` of the log in `log`, read by its byte alone. */
function eventAt(log: string, { segment, byte }: Place): unknown {
  const path = join(log, segment);
  const bytes = readOnce.get(path) ?? readFileSync(path);
  readOnce.set(path, bytes);
  if (segment.endsWith(".requests")) return bytes.readDoubleLE(byte);
  return JSON.parse(bytes.subarray(byte + 8, byte + 8 + bytes.readUInt32LE(byte)).toString("utf8"));
}

const placePattern = /([\w.-]+\.(?:events|requests)) record (\d+) byte (\d+)/g;

function placesIn(text: string): Place[] {
  return [...text.matchAll(placePattern)].map(([, segment = "", record, byte]) => ({ segment, record: Number(record), byte: Number(byte) }));
}

/** How many records counted against the objective, by what the indicator saw; null where it counts none. */
function offendersOf(kind: IndicatorKind, { observation }: Trace): number | null {
  if (observation.kind === "proportion") return observation.bad;
  if (observation.kind === "samples") return observation.total + observation.missing - observation.within;
  if (observation.kind !== "values" || (kind !== "ledger" && kind !== "health-lies" && kind !== "unexpected-answers")) return null;
  return observation.values[0] ?? null;
}

let judgedOnce: ReturnType<typeof judgeSuite> | null = null;

function judged(): ReturnType<typeof judgeSuite> {
  return (judgedOnce ??= judgeSuite(join(folder.path, "fail")));
}

/** Of each kind of indicator, by the scenario that rules on it. */
const everyKind = syntheticScenarios().flatMap(({ name, rules }) => rules.map((objective) => [objective, name] as const));

test.each(everyKind)("%s in %s is explained with its phase, its formula and records whose places lead to them", (id, scenario) => {
  const text = explainJudged(judged(), join(folder.path, "fail"), id);
  expect(text).toMatch(/^ {2}formula {4}\S/m);
  const part = text.split(/\n(?=\w+ in )/).find((entry) => entry.includes(` in ${scenario}\n`)) ?? "";
  expect(part).toMatch(/^ {2}phase {6}\w+ \d/m);
  expect(part).toMatch(/^ {2}records {4}[\d,]+ \S/m);
  const places = placesIn(part);
  const log = /^ {2}log {8}(.*)$/m.exec(part)?.[1] ?? "";
  if (places.length === 0) expect(part).toMatch(/^ {2}records {4}0 ids/m);
  for (const place of places) {
    const event = eventAt(log, place);
    expect(typeof event === "number" || (typeof event === "object" && event !== null && "type" in event), JSON.stringify(place)).toBe(true);
  }
});

/** Those of which records are counted. */
const counting = everyKind.filter(([id]) => ["ORD-01", "ORD-02", "ORD-03", "ORD-04", "ORD-06", "ORD-10", "ORD-11", "ORD-14", "ORD-15"].includes(id));

test.each(counting)("%s in %s has as many records against it as its indicator counted", (id, scenario) => {
  const objectives = judged().header.target.objectives;
  const objective = objectives.find((entry) => entry.id === id);
  const claim = objective === undefined ? null : claimIn(objective, objectives);
  if (claim === null) throw new Error(`${id} has no indicator`);
  const trace = traceClaim(claim, join(folder.path, "fail", scenario));
  expect(trace.groups[0]?.count).toBe(offendersOf(claim.spec.kind, trace));
});

describe("what is told", () => {
  const failed = (objective: string): string => explainJudged(judged(), join(folder.path, "fail"), objective);

  test("of a share: the claim, k, n and both tails", () => {
    expect(failed("ORD-01")).toContain("k = 0 of n = 3,100: P(X ≤ k | n, p) = 8.8e-70, a pass when at most 0.05; P(X ≥ k | n, p) = 1.0000, a failure when under 0.05; else inconclusive");
    expect(failed("ORD-01")).toContain("  phase      baseline 2 s to 64 s, from the start of the load\n");
  });

  test("of a recovery: what it lies between, with route, intended start, response time and outcome", () => {
    const text = failed("ORD-07");
    expect(text).toContain("cut: back to normal − healed = 12 s ± 501.5 ms\n");
    expect(text).toMatch(/ {4}place +at 12 s +load\.requests record 601 byte \d+ +first bad: took 4 ms, 503 status\n/);
    expect(text).toMatch(/ {4}place +at 29 s +load\.requests record 1451 byte \d+ +back to normal from: took [\d.]+ ms, 202 ok\n/);
    expect(text).not.toMatch(/probe api-deep .*first bad/);
  });

  test("of a set of ids: each id with its writing", () => {
    expect(failed("ORD-10")).toMatch(/2 ids that are lost, read back by database\n {4}\S+-598 +at 11\.987406 s +load\.events record 1210 byte \d+ +acknowledged, and not there by database\n/);
  });

  test("of healthy answers that were lies: each of them, and no other", () => {
    const text = failed("ORD-14");
    expect(text.match(/probe api-deep +at \S+ s +probe\.events record \d+ byte \d+ +took 3 ms, ok/g)).toHaveLength(7);
    expect(explainObjective(join(folder.path, "pass"), "ORD-14")).toContain("  records    0 healthy answers while store-link was down\n");
  });

  test("of a mean over all scenarios: where its parts stand", () => {
    expect(failed("ORD-08")).toMatch(/in all scenarios together[^]*over the faults of all scenarios; those of each stand below[^]*mean = \(12 s\) \/ 1 = 12 s/);
  });
});

test("the places of a log are those of its records, in every segment", () => {
  const log = join(folder.path, "pass", "store-outage", "log");
  let checked = 0;
  for (const segment of ["harness.events", "load.events", "load.requests", "probe.events"]) {
    for (const { event, place } of readPlaced(join(log, segment))) {
      if ((checked += 1) % 97 !== 0) continue;
      expect(eventAt(log, place)).toEqual(event.type === "request" ? event.intendedUs : event);
    }
  }
  expect(checked).toBeGreaterThan(5000);
});

test("a name of the target makes no line of its own, and none goes on for ever", () => {
  const events: LogEvent[] = [...openLog(join(folder.path, "pass", "store-outage", "log")).events()];
  const at = msToUs(1_000_000);
  const id = `x\npass in steady\u2028${"y".repeat(1000)}`;
  const writes = (["invoke", "ok"] as const).map((what): LogEvent => ({ type: "write", at: at + 2, ledger: "orders", id, intendedUs: at, what }));
  const [first, ...rest] = events;
  if (first === undefined) throw new Error("a log begins with its header");
  const forged = join(folder.path, "forged");
  writeSyntheticRun(forged);
  rmSync(join(forged, "store-outage", "log"), { recursive: true });
  writeLog(join(forged, "store-outage", "log"), [first, ...writes, ...rest]);
  const text = explainObjective(forged, "ORD-10");
  expect(text).toContain("x pass in steady yyy");
  expect(text.split("\n").filter((line) => line.startsWith("pass in steady"))).toEqual(["pass in steady"]);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(400);
});

test("a failure quotes what the nodes printed nearest to its first bad request; a pass does not", () => {
  const whole = judged();
  const row = whole.suite.objectives.find(({ outcome, scenario }) => outcome === "fail" && (whole.scenarios.find(({ verdict }) => verdict.scenario === scenario)?.evidence.firstFailing.length ?? 0) > 0);
  const passed = whole.suite.objectives.find(({ outcome, others }) => outcome === "pass" && others.length === 0);
  const scenarios = whole.scenarios.map((scenario) => {
    const atMs = scenario.evidence.firstFailing[0]?.atMs ?? 0;
    return { ...scenario, evidence: { ...scenario.evidence, output: [{ atMs, process: "api", stream: "err", line: "cannot reach the store" }] } };
  });
  const text = (objective: string | undefined): string => explainJudged({ ...whole, scenarios }, join(folder.path, "fail"), objective ?? "");
  expect(text(row?.objective)).toMatch(/nearest to the first bad request:\n {4}\d+\.\d{3} s {2}api: cannot reach the store/);
  expect(text(passed?.objective)).not.toContain("cannot reach the store");
});
