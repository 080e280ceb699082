import { expect, test } from "vitest";
import { defineObjectives } from "../../harness/scenario/parse.ts";
import written from "./objectives.json" with { type: "json" };
import { continuumReport } from "./target.ts";

const objectives = defineObjectives(written);
const own = objectives.filter((row) => row.kind === "own");

test("the rows of our own are seven, each with an indicator", () => {
  expect(own.map((row) => row.id)).toEqual(["CON-91", "CON-92", "CON-93", "CON-94", "CON-95", "CON-96", "CON-97"]);
  expect(own.filter((row) => row.indicator === null)).toEqual([]);
});

test("sameAs is used for the repeated promises", () => {
  expect(objectives.flatMap((row) => (row.sameAs === undefined ? [] : [[row.id, row.sameAs]]))).toEqual([
    ["CON-15", "CON-14"],
    ["CON-17", "CON-08"],
    ["CON-19", "CON-08"],
    ["CON-55", "CON-38"],
    ["CON-61", "CON-50"],
    ["CON-76", "CON-51"],
  ]);
});

test("the recovery of a disaster is not judged by an outage", () => {
  expect(objectives.filter(({ id }) => ["CON-06", "CON-97"].includes(id)).map(({ indicator }) => indicator)).toEqual([
    { kind: "recovery-time", faults: ["store-destroy"] },
    { kind: "recovery-time", faults: ["store-destroy"] },
  ]);
});

test("the reference hires help before as many documents wait as CON-04 allows", () => {
  const { workers } = continuumReport.nodes;
  const env = workers?.kind === "process" ? workers.env : {};
  expect(Number(env["MIN_WORKERS"]) * Number(env["JOBS_PER_WORKER"])).toBeLessThan(Number(objectives.find(({ id }) => id === "CON-04")?.limit));
});
