import { describe, expect, it } from "vitest";
import { dice } from "../../../base/random.ts";
import type { Profile } from "../../../scenario/workload/profile.ts";
import { ownWorkloadSchema } from "../../../scenario/workload/workload.ts";
import { offeredBy, paceOf } from "../pace.ts";
import { offerOf } from "./offer.ts";
import { poissonPace } from "./poisson.ts";
import { scheduleOf } from "./schedule.ts";

const profile: Profile = { shape: "poisson", rate: 200 };
const count = 200_000;

function due(seed: number, howMany: number): number[] {
  const pace = paceOf(profile, { roll: dice(seed, "test") });
  return Array.from({ length: howMany }, (_unused, n) => pace(n));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
}

describe("Poisson arrivals", () => {
  const atMs = due(8127, count);
  const gapsMs = atMs.map((ms, n) => ms - (atMs[n - 1] ?? 0));

  it("have gaps with the moments of the exponential distribution", () => {
    expect(gapsMs.every((gap) => gap >= 0)).toBe(true);
    expect(Math.abs(mean(gapsMs) / 5 - 1)).toBeLessThan(0.01);
    expect(Math.abs(variance(gapsMs) / 25 - 1)).toBeLessThan(0.02);
    for (const [longerThanMs, share] of [[1, Math.exp(-0.2)], [5, Math.exp(-1)], [20, Math.exp(-4)]] as const) {
      expect(Math.abs(gapsMs.filter((gap) => gap > longerThanMs).length / count / share - 1)).toBeLessThan(0.02);
    }
  });

  it("have counts per second with the variance of their mean, where even gaps would have none", () => {
    const seconds = Array.from({ length: 900 }, () => 0);
    for (const ms of atMs) {
      const second = Math.floor(ms / 1000);
      if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1;
    }
    expect(Math.abs(mean(seconds) / 200 - 1)).toBeLessThan(0.01);
    const dispersion = variance(seconds) / mean(seconds);
    expect(dispersion).toBeGreaterThan(0.85);
    expect(dispersion).toBeLessThan(1.15);
  });

  it("have gaps that know nothing of one another", () => {
    const middle = mean(gapsMs);
    const products = gapsMs.slice(1).map((gap, n) => (gap - middle) * ((gapsMs[n] ?? 0) - middle));
    expect(Math.abs(mean(products) / variance(gapsMs))).toBeLessThan(0.01);
  });

  it("are the same for the same seed and others for another", () => {
    expect(due(1, 500)).toEqual(due(1, 500));
    expect(due(1, 500)).not.toEqual(due(2, 500));
  });

  it("can be asked twice for the last one, and not for one before it", () => {
    const pace = poissonPace(10, dice(1, "test"));
    expect(pace(5)).toBe(pace(5));
    expect(() => pace(4)).toThrow(RangeError);
  });

  it("are planned as they are sent", () => {
    const workload = ownWorkloadSchema.parse({ name: "readers", profile, journeys: [{ steps: ["read"] }] });
    const { pace } = scheduleOf(workload, 8127);
    let sent = 0;
    while (pace(sent) < 30_000) sent += 1;
    const offer = offerOf(workload, { totalMs: 30_000, seed: 8127 });
    expect(offer).toMatchObject({ requests: sent, text: `200/s on average, at random times of the seed (Poisson); at least ${sent} requests with this seed` });
    expect(sent).not.toBe(6000);
    expect(offerOf(workload, { totalMs: 30_000, seed: 8128 }).requests).not.toBe(sent);
  });

  it("need dice", () => {
    expect(() => offeredBy(profile, 1000)).toThrow("this schedule needs dice");
  });
});
