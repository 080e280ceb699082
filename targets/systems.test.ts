import { describe, expect, test } from "vitest";
import { isTimeUnit } from "../harness/base/duration.ts";
import type { IndicatorKind } from "../harness/scenario/indicator.ts";
import type { Objective } from "../harness/scenario/objective.ts";
import { defineObjectives } from "../harness/scenario/parse.ts";
import { builtInTargets } from "./index.ts";
import { systems } from "./systems.ts";

const written = await Promise.all(
  systems.map(async (system) => {
    const objectives = defineObjectives((await system.read()).default);
    const target = builtInTargets.find(({ target: { name } }) => name === system.name)?.target;
    return { ...system, objectives, target };
  }),
);
const all = written.flatMap(({ objectives }) => objectives);

const inTime = new Set<IndicatorKind>(["latency", "completion-time", "recovery-time", "mean-recovery-time", "resume-time", "loss-age", "probe-time"]);
const statistical = new Set<IndicatorKind>(["latency", "completion-time", "completion-errors", "completion-rate", "gauge", "availability", "throughput", "mean-recovery-time"]);
/** Fields of indicators that hold a name of one target. */
const namesOfTargets = ["routes", "completion", "gauge", "ledger", "fact", "probe", "while"];

function idsOf(rows: readonly Objective[]): string[] {
  return rows.map((row) => row.id);
}

function isOwn({ kind }: Objective): boolean {
  return kind === "own";
}

test("the table is in order of the names, and a target of one of them has its objectives", () => {
  expect(systems.map(({ name }) => name)).toEqual(systems.map(({ name }) => name).toSorted());
  expect(written.flatMap(({ target, objectives }) => (target === undefined ? [] : [{ ...target, objectives }]))).toEqual(written.flatMap(({ target }) => target ?? []));
});

test("no id and no statement stands twice, in whichever system", () => {
  expect(new Set(idsOf(all)).size).toBe(all.length);
  const statements = all.map(({ statement }) => statement);
  expect(statements.filter((statement, index) => statements.indexOf(statement) !== index)).toEqual([]);
});

describe.each(written)("the rows of $name", ({ name, prefix, promised, objectives, target }) => {
  const byId = new Map(objectives.map((row) => [row.id, row]));

  test("are all that its roadmap promises, in order, then those of our own", () => {
    const ids = Array.from({ length: promised }, (_, index) => `${prefix}-${String(index + 1).padStart(2, "0")}`);
    expect(idsOf(objectives).slice(0, promised)).toEqual(ids);
    expect(objectives.map(isOwn)).toEqual(objectives.map((_, index) => index >= promised));
  });

  test("of the roadmap have a line and a section in it, our own have the section of the system's page", () => {
    const misplaced = objectives.filter(({ source, ...row }) => source.section === "" || (source.line === undefined) !== isOwn({ source, ...row }) || source.document !== `${isOwn({ source, ...row }) ? "systems/" : ""}${name}.md`);
    expect(idsOf(misplaced)).toEqual([]);
  });

  test("that nothing rules on say where they are shown instead", () => {
    const silent = objectives.filter((row) => (row.indicator === null || target === undefined) && (row.sameAs === undefined ? row.coverage : byId.get(row.sameAs)?.coverage) === undefined);
    expect(idsOf(silent)).toEqual([]);
  });

  test("that repeat an earlier one have its limit and leave the indicator to it", () => {
    const wrong = objectives.filter((row, index) => {
      const first = byId.get(row.sameAs ?? row.id) ?? row;
      return row.sameAs !== undefined && (first.sameAs !== undefined || objectives.indexOf(first) >= index || row.indicator !== null || demandOf(row) !== demandOf(first));
    });
    expect(idsOf(wrong)).toEqual([]);
  });

  test("with an indicator have a limit in numbers, a unit of time where they measure time, and say what they chose", () => {
    const wrong = objectives.filter(({ indicator, limit, unit, choice }) => {
      if (indicator === null) return false;
      return (typeof limit !== "number" && !Array.isArray(limit)) || (inTime.has(indicator.kind) && !isTimeUnit(unit)) || (statistical.has(indicator.kind) && choice === undefined);
    });
    expect(idsOf(wrong)).toEqual([]);
  });

  test("name nothing of a target while there is none", () => {
    const named = target === undefined ? objectives.filter(({ indicator }) => namesOfTargets.some((field) => field in (indicator ?? {}))) : [];
    expect(idsOf(named)).toEqual([]);
  });

  test("that ask whether something is there, or only for a figure, have no limit, and all others have one", () => {
    expect(idsOf(objectives.filter(({ op, limit }) => (limit === null) !== (op === "exists" || op === "measure")))).toEqual([]);
  });
});

function demandOf({ op, limit, unit, phase }: Objective): string {
  return JSON.stringify([op, limit, unit, phase]);
}
