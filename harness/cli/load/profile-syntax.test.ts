import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { courseOf, type CourseFlags } from "./profile-syntax.ts";

const of = (flags: Partial<CourseFlags>): unknown => courseOf({ durationMs: null, ...flags });

it.each([
  [{ rate: "100" }, { shape: "constant", rate: 100 }, null],
  [{ rate: "0.5/s" }, { shape: "constant", rate: 0.5 }, null],
  [{ rate: "6000/min" }, { shape: "constant", rate: 100 }, null],
  [{ profile: "constant:7" }, { shape: "constant", rate: 7 }, null],
  [{ rate: "20", profile: "poisson" }, { shape: "poisson", rate: 20 }, null],
  [{ rate: "max" }, { shape: "closed", users: 64, thinkTime: "0s", rampUp: "0s" }, null],
  [{ rate: "max", connections: 3 }, { shape: "closed", users: 3, thinkTime: "0s", rampUp: "0s" }, null],
  [{ profile: "closed:5@1s" }, { shape: "closed", users: 5, thinkTime: "1s", rampUp: "0s" }, null],
  [{ profile: "ramp:10-500" }, { shape: "ramp", from: 10, to: 500, over: "10s" }, null],
  [{ profile: "ramp:10-500", durationMs: 60_000 }, { shape: "ramp", from: 10, to: 500, over: "1m" }, 60_000],
  [{ profile: "ramp:500-10@250ms" }, { shape: "ramp", from: 500, to: 10, over: "250ms" }, 250],
  [{ profile: "steps:1@30s,2@1m" }, { shape: "steps", steps: [{ rate: 1, for: "30s" }, { rate: 2, for: "1m" }] }, 90_000],
  [{ profile: "steps:1@30s,2" }, { shape: "steps", steps: [{ rate: 1, for: "30s" }, { rate: 2, for: "10s" }] }, null],
  [{ profile: "spike:100-1000@10s+5s" }, { shape: "spike", base: 100, peak: 1000, at: "10s", for: "5s" }, null],
  [{ profile: "spike:1-2", durationMs: 9000 }, { shape: "spike", base: 1, peak: 2, at: "3s", for: "3s" }, null],
  [{ profile: "soak:100" }, { shape: "soak", rate: 100, rampUp: "1m" }, null],
])("%o is %o", (flags, profile, durationMs) => {
  expect(of(flags)).toMatchObject({ kind: "load", profile, durationMs });
});

it("a search has its range, or none", () => {
  expect(of({ profile: "search" })).toEqual({ kind: "search", from: null, to: 100_000 });
  expect(of({ profile: "search:50-2000" })).toEqual({ kind: "search", from: 50, to: 2000 });
});

it("a replay takes the times of a log, whatever its lines asked for, and lasts as long", () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "times.csv");
  writeFileSync(file, "0.0,/a\n1.5,/b\n4.0,/c\n");
  expect(of({ profile: `replay:${file}` })).toMatchObject({ profile: { shape: "replay", file, speed: 1 }, durationMs: 4001 });
  expect(of({ profile: `replay:${file}@2` })).toMatchObject({ profile: { shape: "replay", file, speed: 2 }, durationMs: 2001 });
  expect(() => of({ profile: `replay:${folder.path}` })).toThrow(/is not a file/);
});

describe("refuses", () => {
  it.each([
    [{}, /no rate was given/],
    [{ rate: "0" }, /"0" is not a rate/],
    [{ rate: "100001" }, /is not a rate/],
    [{ rate: "1e3" }, /is not a rate/],
    [{ rate: "5", profile: "constant:5" }, /given twice/],
    [{ rate: "max", profile: "poisson" }, /--rate max has no --profile poisson/],
    [{ rate: "max", connections: 0 }, /--connections 0 is out of range/],
    [{ rate: "5", profile: "ramp:1-2" }, /holds its own rates/],
    [{ profile: "ramp" }, /"ramp" is not known/],
    [{ profile: "ramp:5" }, /"5" is not a pair/],
    [{ profile: "ramp:1-2@0s" }, /no length of time/],
    [{ profile: "steps:1,2@1s" }, /step "1" says not how long/],
    [{ profile: "spike:1-2@3s" }, /says not how long/],
    [{ profile: "search:9-9" }, /is empty/],
    [{ rate: "5", profile: "search" }, /finds the rate/],
    [{ profile: "closed:0" }, /out of range/],
    [{ profile: "closed:5", connections: 9 }, /says how many connections/],
    [{ profile: "toString:5" }, /is not known/],
  ])("%o", (flags, message) => {
    expect(() => of(flags)).toThrow(message);
  });
});
