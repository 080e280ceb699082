import { describe, expect, test } from "vitest";
import { isTimeUnit } from "../../harness/base/duration.ts";
import { objectiveSchema, type Objective } from "../../harness/scenario/objective.ts";
import type { IndicatorKind } from "../../harness/scenario/indicator.ts";
import written from "./objectives.json" with { type: "json" };
import { continuumReport } from "./target.ts";

const objectives = objectiveSchema.array().parse(written);
const own = objectives.filter((row) => row.kind === "own");
const promised = objectives.filter((row) => row.kind !== "own");
const byId = new Map(objectives.map((row) => [row.id, row]));

const inTime = new Set<IndicatorKind>(["latency", "completion-time", "recovery-time", "mean-recovery-time", "resume-time", "loss-age", "probe-time"]);
const statistical = new Set<IndicatorKind>(["latency", "completion-time", "completion-errors", "completion-rate", "gauge", "availability", "mean-recovery-time"]);

function idsOf(rows: readonly Objective[]): string[] {
  return rows.map((row) => row.id);
}

function numbered(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `CON-${String(first + index).padStart(2, "0")}`);
}

describe("the rows", () => {
  test("are the 77 of the roadmap and 5 of our own, each once and in order", () => {
    expect(idsOf(promised)).toEqual(numbered(1, 77));
    expect(idsOf(own)).toEqual(numbered(91, 96));
    expect(byId.size).toBe(objectives.length);
  });

  test("say each thing once", () => {
    expect(new Set(objectives.map((row) => row.statement)).size).toBe(objectives.length);
  });

  test("of the roadmap have a line in it, our own have none", () => {
    expect(idsOf(promised.filter((row) => row.source.line === undefined || row.source.document !== "continuum-report.md"))).toEqual([]);
    expect(idsOf(own.filter((row) => row.source.line !== undefined || row.source.document !== "systems/continuum-report.md"))).toEqual([]);
  });

  test("that nothing rules on say where they are shown instead", () => {
    const silent = objectives.filter((row) => row.indicator === null && row.sameAs === undefined && row.coverage === undefined);
    expect(idsOf(silent)).toEqual([]);
  });

  test("of our own all have an indicator", () => {
    expect(idsOf(own.filter((row) => row.indicator === null))).toEqual([]);
  });
});

describe("sameAs", () => {
  const copies = objectives.filter((row) => row.sameAs !== undefined);

  test("is used for the repeated promises", () => {
    expect(copies.map((row) => [row.id, row.sameAs])).toEqual([
      ["CON-15", "CON-14"],
      ["CON-17", "CON-08"],
      ["CON-19", "CON-08"],
      ["CON-55", "CON-38"],
      ["CON-61", "CON-50"],
      ["CON-76", "CON-51"],
    ]);
  });

  test.each(copies)("of $id names an earlier row with the same limit and leaves the indicator to it", (row) => {
    const first = byId.get(row.sameAs ?? "");
    expect(first?.sameAs).toBeUndefined();
    expect(first && objectives.indexOf(first)).toBeLessThan(objectives.indexOf(row));
    expect({ op: row.op, limit: row.limit, unit: row.unit, phase: row.phase }).toEqual({ op: first?.op, limit: first?.limit, unit: first?.unit, phase: first?.phase });
    expect(row.indicator).toBeNull();
  });
});

describe("what an indicator needs", () => {
  const judged = objectives.flatMap((row) => (row.indicator === null ? [] : [{ row, kind: row.indicator.kind }]));

  test("is a limit in numbers", () => {
    expect(judged.filter(({ row }) => typeof row.limit !== "number" && !Array.isArray(row.limit)).map(({ row }) => row.id)).toEqual([]);
  });

  test("is a unit of time where it measures time", () => {
    expect(judged.filter(({ row, kind }) => inTime.has(kind) && !isTimeUnit(row.unit)).map(({ row }) => row.id)).toEqual([]);
  });

  test("is the choice in words where the roadmap names no percentile, share or window", () => {
    expect(judged.filter(({ row, kind }) => statistical.has(kind) && row.choice === undefined).map(({ row }) => row.id)).toEqual([]);
  });
});

test("restore objectives are not judged by an outage", () => {
  expect(["CON-06", "CON-07", "CON-16"].map((id) => byId.get(id)?.indicator)).toEqual([null, null, null]);
});

test("the reference hires help before as many documents wait as CON-04 allows", () => {
  const { workers } = continuumReport.nodes;
  const env = workers?.kind === "process" ? workers.env : {};
  expect(Number(env["MIN_WORKERS"]) * Number(env["JOBS_PER_WORKER"])).toBeLessThan(Number(byId.get("CON-04")?.limit));
});
