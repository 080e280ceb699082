import { describe, expect, it } from "vitest";
import { expectGolden } from "./golden.fixture.ts";
import { caseName, renderJunit } from "./junit.ts";
import { sampleInput, sampleRow } from "./sample.fixture.ts";

describe("JUnit", () => {
  it("is as agreed", () => {
    expectGolden("golden/junit.xml", renderJunit(sampleInput()));
  });

  it.each([
    ["Availability of 99.9 % in this run", "X Availability of … in this run"],
    ["Back in ≤ 5 s after a database crash", "X Back in … after a database crash"],
    ["API p95 < 500 ms", "X API p95"],
    ["5-10x the throughput", "X … the throughput"],
    ["Between 1 and 50 replicas", "X Between … and … replicas"],
    ["Canary of 10 %, 50 %, 100,000 at a time", "X Canary of …, …, … at a time"],
    ["SHA-256 sums of copies", "X SHA-256 sums of copies"],
  ])("names %j without its numbers", (statement, name) => {
    expect(caseName(sampleRow({ objective: "X", statement }))).toBe(name);
  });

  it("keeps its names when values, limits and seeds change", () => {
    const names = (xml: string): string[] => [...xml.matchAll(/<testcase classname="[^"]*" name="([^"]*)"/g)].map(([, name]) => name ?? "");
    const input = sampleInput();
    const objectives = input.suite.objectives.map((row) => ({ ...row, value: 1, limit: 7, why: "other", samples: 3, outcome: row.outcome === null ? null : ("pass" as const) }));
    const other = { ...input, suite: { ...input.suite, objectives, exitCode: 0, seed: 1, repeat: "--seed 1" } };
    expect(names(renderJunit(other))).toEqual(names(renderJunit(input)));
    expect(names(renderJunit(input))).toHaveLength(56);
  });

  it.each([3, 4, 69, 70, 74, 130])("adds the case `run` at exit %i", (exitCode) => {
    const input = sampleInput();
    const xml = renderJunit({ ...input, suite: { ...input.suite, exitCode, incomplete: "Ctrl-C" } });
    expect(xml).toMatch(/name="run">\s*<error message="exit code \d+: Ctrl-C"/);
  });

  it("adds no such case when the objectives explain the exit code", () => {
    expect(renderJunit(sampleInput())).not.toContain('name="run">');
  });
});
