import { describe, expect, it } from "vitest";
import { dice } from "../../../base/random.ts";
import type { RequestOutcome } from "../../../log/event.ts";
import { objectiveSchema, type Objective } from "../../../scenario/objective.ts";
import { keptObjectives } from "../../../scenario/workload/search/kept-objective.ts";
import { searchLengthMs, searchStepTimes } from "../../../scenario/workload/search/search-steps.ts";
import { isSearch, ownWorkloadSchema, type SearchWorkload } from "../../../scenario/workload/workload.ts";
import { CapacityFold, type Capacity } from "../../../sli/search/capacity.ts";
import type { HealthSample } from "../../../sli/search/saturation.ts";
import { SearchCourse, type SearchNote } from "./search-course.ts";

const source = { document: "page.md", section: "Speed" };
const objectives: Objective[] = [
  objectiveSchema.parse({ id: "FAST", statement: "Fast.", source, kind: "own", indicator: { kind: "latency", quantile: 0.95 }, op: "<", limit: 100, unit: "ms" }),
  objectiveSchema.parse({ id: "SURE", statement: "Answered.", source, kind: "own", indicator: { kind: "availability", routes: ["list"] }, op: ">=", limit: 95, unit: "%" }),
];

function workloadOf(profile: object): SearchWorkload {
  const workload = ownWorkloadSchema.parse({ name: "crowd", profile: { shape: "search", from: 40, to: 2000, keep: ["FAST", "SURE"], for: "5s", ...profile }, journeys: [{ steps: ["list"] }] });
  if (!isSearch(workload)) throw new Error("not a search");
  return workload;
}

interface Answer {
  outcome: RequestOutcome;
  tookMs: number;
}

interface Searched {
  dueMs: number[];
  notes: SearchNote[];
  found: Capacity;
}

const well: HealthSample = { startLagP99Ms: 1, eventLoopDelayP99Ms: 3, cpuPercent: 20 };
const warmUpMs = 2000;

/** A queue of one server that needs `1000 / capacity` ms for each request, as the engine would meet it: in virtual time, with the log that it would leave. */
function search(profile: object, { capacity = 300, seed = 1, answer, health = () => well }: { capacity?: number; seed?: number; answer?: (dueMs: number) => Answer; health?: (rate: number) => HealthSample } = {}): Searched {
  const workload = workloadOf(profile);
  const fold = new CapacityFold(workload, objectives);
  const notes: SearchNote[] = [];
  let [rate, nowMs, freeMs, toldMs] = [0, 0, 0, 0];
  const course = new SearchCourse({
    profile: workload.profile,
    kept: keptObjectives(workload.profile.keep, objectives),
    warmUpMs,
    roll: dice(seed, "search"),
    note: (note) => {
      notes.push(note);
      const base = { at: nowMs * 1000, workload: "crowd" };
      if (note.type === "end") fold.step({ ...base, ...note, type: "search-end" });
      else fold.step({ ...base, ...note, type: "search-step" });
      if (note.type === "step") rate = note.ratePerSecond;
    },
  });
  const pending: { endMs: number; dueMs: number; outcome: RequestOutcome }[] = [];
  const settle = (untilMs: number): void => {
    for (; toldMs + 1000 <= untilMs; toldMs += 1000) {
      course.onHealth(health(rate), (toldMs + 1000) * 1000);
      fold.step({ type: "generator", at: (toldMs + 1000) * 1000, ...health(rate), connections: 1, inFlight: 0 });
    }
    pending.sort((a, b) => a.endMs - b.endMs);
    while (pending[0] !== undefined && pending[0].endMs <= untilMs) {
      const { endMs, dueMs, outcome } = pending.shift() ?? pending[0];
      const [intendedUs, endUs] = [Math.round(dueMs * 1000), Math.round(endMs * 1000)];
      course.onRequest({ route: "list", outcome, tookUs: endUs - intendedUs, intendedUs });
      fold.step({ type: "request", at: endUs, workload: "crowd", route: "list", intendedUs, startUs: intendedUs, firstByteUs: endUs, endUs, status: 200, outcome, bytes: 1 });
    }
  };
  const dueMs: number[] = [];
  for (let n = 0, next = course.pace(0); Number.isFinite(next) && n < 1_000_000; n += 1) {
    settle(next);
    nowMs = next;
    dueMs.push(next);
    freeMs = Math.max(freeMs, next) + 1000 / capacity;
    const { outcome, tookMs } = answer?.(next) ?? { outcome: "ok", tookMs: freeMs - next };
    pending.push({ endMs: next + tookMs, dueMs: next, outcome });
    next = course.pace(n + 1);
  }
  settle(1e6);
  const found = fold.read();
  if (found.kind !== "capacity") throw new Error(found.why);
  return { dueMs, notes, found };
}

const stepsOf = (notes: readonly SearchNote[]): Extract<SearchNote, { type: "step" }>[] => notes.filter((note) => note.type === "step");

describe("finds the highest rate that a server keeps its objectives at", () => {
  it.each([90, 170, 300, 640].flatMap((capacity) => [1, 2].map((seed) => [capacity, seed] as const)))("of one that can do %i/s, seed %i", (capacity, seed) => {
    const { found } = search({ steps: 30 }, { capacity, seed });
    // A queue of 0.1 s may build up over the 4 s that a step sends: up to 2.5 % beyond, and 5 % is how near the search comes.
    expect(found.ratePerSecond).toBeGreaterThan(capacity * 0.93);
    expect(found.ratePerSecond).toBeLessThanOrEqual(capacity * 1.03);
    expect(found).toMatchObject({ endedBy: "precision", unsound: null });
    expect(found.brokenPerSecond ?? 0).toBeGreaterThan(capacity);
    expect(found.brokenBy.map(({ objective }) => objective)).toEqual(["FAST"]);
  });

  it("names the objective that a rate broke", () => {
    const { found } = search({ keep: ["SURE"], to: 500, steps: 30 }, { answer: () => ({ outcome: "ok", tookMs: 500 }) });
    expect(found).toMatchObject({ ratePerSecond: 500, brokenPerSecond: null, endedBy: "range" });
    const refused = search({ steps: 30 }, { answer: (dueMs) => ({ outcome: dueMs > 10_000 ? "refused" : "ok", tookMs: 1 }) });
    expect(refused.found.brokenBy.map(({ objective }) => objective)).toEqual(["FAST", "SURE"]);
  });
});

describe("on a fixed time line", () => {
  it("has room for its steps and no more, and says so when they do not suffice", () => {
    const { dueMs, notes, found } = search({ steps: 4 }, { capacity: 1500 });
    const { profile } = workloadOf({ steps: 4 });
    expect(dueMs.at(-1)).toBeLessThan(warmUpMs + searchLengthMs(profile));
    expect(dueMs.at(-1)).toBeGreaterThan(warmUpMs + searchLengthMs(profile) - 10);
    expect(stepsOf(notes).map(({ ratePerSecond }) => ratePerSecond)).toEqual([40, 80, 160, 320]);
    expect(notes.at(-1)).toEqual({ type: "end", endedBy: "steps" });
    expect(found).toMatchObject({ ratePerSecond: 320, brokenPerSecond: null });
  });

  it("sends `from` while it warms up, and then a fifth of silence, a fifth that does not count, and three that do", () => {
    const { dueMs, notes } = search({ steps: 2 });
    expect(dueMs.filter((atMs) => atMs < warmUpMs).length).toBe((40 * warmUpMs) / 1000);
    expect(dueMs.filter((atMs) => atMs >= 2000 && atMs < 3000)).toEqual([]);
    expect(dueMs.filter((atMs) => atMs >= 3000 && atMs < 7000).length).toBe(160);
    expect(notes.slice(0, 2)).toEqual([
      { type: "step", ratePerSecond: 40, fromUs: 4_000_000, untilUs: 7_000_000 },
      { type: "step", ratePerSecond: 80, fromUs: 9_000_000, untilUs: 12_000_000 },
    ]);
  });

  it("begins with its first step when nothing warms up", () => {
    const { profile } = workloadOf({ steps: 2 });
    expect(searchStepTimes(profile, 1, 0)).toEqual({ sendFromMs: 6000, countFromMs: 7000, endMs: 10_000 });
  });

  it("sends nothing more once it has ended", () => {
    const { dueMs, found } = search({ to: 150, steps: 20 });
    expect(found).toMatchObject({ ratePerSecond: 150, endedBy: "range" });
    // 40, 80, 150, and the request that showed that the third was over.
    expect(dueMs.at(-1)).toBe(warmUpMs + 3 * 5000 + 1000);
  });
});

it("rests while answers to what was too much are missing, and is not misled by them", () => {
  const { notes } = search({ steps: 12 }, { answer: (dueMs) => (dueMs > 9000 && dueMs < 12_000 ? { outcome: "timeout", tookMs: 12_000 } : { outcome: "ok", tookMs: 5 }) });
  const [, second, third] = stepsOf(notes);
  expect(second?.fromUs).toBe(9_000_000);
  // The last answer comes at 24 s: the step that begins at 22 s rests as well.
  expect(third?.fromUs).toBe(29_000_000);
  expect(third?.ratePerSecond).toBeLessThan(second?.ratePerSecond ?? 0);
});

it("repeats a step that cannot tell, and adds up what both saw", () => {
  // 6 % of answers are slow: with 120 requests nobody can say whether 5 % are.
  let n = 0;
  const { notes, found } = search({ from: 40, to: 41, steps: 3 }, { answer: () => ({ outcome: "ok", tookMs: (n += 1) % 17 === 0 ? 200 : 5 }) });
  expect(stepsOf(notes).map(({ ratePerSecond }) => ratePerSecond)).toEqual([40, 40, 40]);
  expect(found).toMatchObject({ steps: 3, ratePerSecond: null, brokenPerSecond: null });
});

it("ends where the generator gives out, and takes nothing from what that measured", () => {
  const tired: HealthSample = { startLagP99Ms: 4, eventLoopDelayP99Ms: 12, cpuPercent: 97 };
  const { notes, found } = search({ steps: 20 }, { capacity: 5000, health: (rate) => (rate > 300 ? tired : well) });
  expect(notes.at(-1)).toEqual({ type: "end", endedBy: "generator" });
  expect(stepsOf(notes).map(({ ratePerSecond }) => ratePerSecond)).toEqual([40, 80, 160, 320, 320, 320]);
  expect(found).toMatchObject({ ratePerSecond: 160, brokenPerSecond: null, endedBy: "generator", unsound: "97 % of a CPU, 85 are allowed" });
});
