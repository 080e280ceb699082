import { describe, expect, it } from "vitest";
import type { Profile } from "../../scenario/workload/profile.ts";
import { offeredBy, paceOf } from "./pace.ts";

const constant: Profile = { shape: "constant", rate: 200 };
const ramp: Profile = { shape: "ramp", from: 10, to: 30, over: "10s" };
const rampDown: Profile = { shape: "ramp", from: 100, to: 1, over: "20s" };
const steps: Profile = { shape: "steps", steps: [{ rate: 100, for: "10s" }, { rate: 50, for: "4s" }, { rate: 1000, for: "1s" }] };
const spike: Profile = { shape: "spike", base: 20, peak: 200, at: "5s", for: "2s" };

const soak: Profile = { shape: "soak", rate: 50, rampUp: "20s" };
const users: Profile = { shape: "closed", users: 4, thinkTime: "1s", rampUp: "10s" };

describe("paceOf", () => {
  it.each<[string, Profile, number, number]>([
    ["the first of a constant rate", constant, 0, 0],
    ["the second of a constant rate", constant, 1, 5],
    ["far into a constant rate", constant, 12_000_000, 60_000_000],
    ["a rate that does not divide a second", { shape: "constant", rate: 3 }, 3, 1000],
    // 10 t + t² = 75 at t = 5 s; the ramp holds 200 requests in all.
    ["the middle of a ramp", ramp, 75, 5000],
    ["the end of a ramp", ramp, 200, 10_000],
    ["after a ramp", ramp, 230, 11_000],
    ["a ramp of no length", { shape: "ramp", from: 1, to: 100, over: "0s" }, 100, 1000],
    ["the end of the first step", steps, 1000, 10_000],
    ["inside the second step", steps, 1100, 12_000],
    ["the last step, which holds", steps, 1200 + 5000, 19_000],
    ["before a spike", spike, 99, 4950],
    ["inside a spike", spike, 300, 6000],
    ["after a spike", spike, 520, 8000],
    // 1.25 t² = 125 at t = 10 s; the way up holds 500 requests.
    ["the way up of a soak", soak, 125, 10_000],
    ["the hold of a soak", soak, 500 + 50 * 3600, 20_000 + 3_600_000],
    ["a soak that is there at once", { shape: "soak", rate: 50, rampUp: "0s" }, 50, 1000],
    ["the third of four users", users, 2, 5000],
    ["a user too many", users, 4, Number.POSITIVE_INFINITY],
    ["users who begin together", { shape: "closed", users: 4, thinkTime: "0s", rampUp: "0s" }, 3, 0],
  ])("%s", (_name, profile, n, dueMs) => {
    expect(paceOf(profile)(n)).toBeCloseTo(dueMs, 6);
  });

  it.each([constant, ramp, rampDown, steps, spike, soak])("never goes back: %j", (profile) => {
    const pace = paceOf(profile);
    const due = Array.from({ length: 5000 }, (_unused, n) => pace(n));
    expect(due.every((atMs, n) => n === 0 || atMs >= (due[n - 1] ?? 0))).toBe(true);
  });
});

describe("offeredBy", () => {
  it.each<[string, Profile, number, number]>([
    ["nothing in no time", constant, 0, 0],
    ["a constant rate", constant, 60_000, 12_000],
    ["one more, a moment later", constant, 60_000.01, 12_001],
    ["a ramp", ramp, 10_000, 200],
    ["a ramp that runs down", rampDown, 20_000, 1010],
    ["steps", steps, 15_000, 2200],
    ["a spike", spike, 10_000, 5 * 20 + 2 * 200 + 3 * 20],
    ["a soak of an hour", soak, 3_620_000, 500 + 50 * 3600],
    ["the users who have begun", users, 5001, 3],
    ["all users", users, 3_600_000, 4],
  ])("%s", (_name, profile, totalMs, count) => {
    expect(offeredBy(profile, totalMs)).toBe(count);
  });

  it.each([constant, ramp, rampDown, steps, spike, soak])("counts what the schedule says: %j", (profile) => {
    const pace = paceOf(profile);
    for (let totalMs = 1; totalMs < 16_000; totalMs += 777) {
      const count = offeredBy(profile, totalMs);
      expect(pace(count)).toBeGreaterThanOrEqual(totalMs);
      if (count > 0) expect(pace(count - 1)).toBeLessThan(totalMs);
    }
  });
});
