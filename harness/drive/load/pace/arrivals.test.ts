import { describe, expect, it } from "vitest";
import { dice, integerBetween } from "../../../base/random.ts";
import { ownWorkloadSchema } from "../../../scenario/workload/workload.ts";
import { arrivalsOf, unansweredPauseMs, type Arrivals } from "./arrivals.ts";
import { DueQueue } from "./due-queue.ts";
import { journeyChoiceOf, maxRateSchedule, scheduleOf, type Schedule } from "./schedule.ts";

const closed = (profile: object, more: object = {}): ReturnType<typeof ownWorkloadSchema.parse> =>
  ownWorkloadSchema.parse({ name: "shoppers", profile: { shape: "closed", ...profile }, journeys: [{ weight: 3, steps: ["read"] }, { steps: ["read", "write"] }], ...more });

interface Visit {
  n: number;
  startMs: number;
  endMs: number;
}

/** In virtual time: every journey takes `tookMs(n)`, and is over then. */
function visits({ pace, closed: model }: Schedule, totalMs: number, tookMs: (n: number) => number): Visit[] {
  const arrivals: Arrivals = arrivalsOf(model === undefined ? { pace } : { pace, closed: model });
  const running = new DueQueue();
  const made: Visit[] = [];
  for (let nowMs = Math.min(arrivals.nextDueMs, running.nextDueMs); nowMs < totalMs; nowMs = Math.min(arrivals.nextDueMs, running.nextDueMs)) {
    if (running.nextDueMs <= nowMs) arrivals.over(running.take(), { atMs: nowMs, isAnswered: true });
    else {
      const n = arrivals.take();
      made.push({ n, startMs: nowMs, endMs: nowMs + tookMs(n) });
      running.add(nowMs + tookMs(n), n);
    }
  }
  return made;
}

/** Most of them at one time. */
function mostAtOnce(made: readonly Visit[]): number {
  return Math.max(...made.map(({ startMs }) => made.filter((other) => other.startMs <= startMs && startMs < other.endMs).length));
}

function ofUser(made: readonly Visit[], user: number, users: number): Visit[] {
  return made.filter(({ n }) => n % users === user);
}

describe("the arrivals of an open model", () => {
  it("come by the schedule, whatever becomes of them", () => {
    const arrivals = arrivalsOf({ pace: (n) => n * 10 });
    expect([arrivals.nextDueMs, arrivals.take(), arrivals.nextDueMs, arrivals.take()]).toEqual([0, 0, 10, 1]);
    arrivals.over(0, { atMs: 12, isAnswered: true });
    expect([arrivals.nextDueMs, arrivals.take()]).toEqual([20, 2]);
  });
});

describe("the arrivals of a closed model", () => {
  it("are never more at once than there are users, and as many where nobody thinks", () => {
    const roll = dice(1, "test");
    const took = Array.from({ length: 100_000 }, () => integerBetween(roll, 1, 50));
    const made = visits(scheduleOf(closed({ users: 7 }), 1), 2000, (n) => took[n] ?? 1);
    expect(made.length).toBeGreaterThan(400);
    expect(mostAtOnce(made)).toBe(7);
  });

  it("have the think time between the end of a journey and the start of the same user's next", () => {
    const made = visits(scheduleOf(closed({ users: 3, thinkTime: "40ms", rampUp: "30ms" }), 1), 1000, (n) => 5 + (n % 3) * 20);
    for (const user of [0, 1, 2]) {
      const own = ofUser(made, user, 3);
      expect(own.map(({ n }) => n)).toEqual(own.map((_visit, k) => k * 3 + user));
      expect(own[0]?.startMs).toBe(user * 10);
      for (const [k, visit] of own.slice(1).entries()) expect(visit.startMs - (own[k]?.endMs ?? 0)).toBe(40);
    }
    // 45, 65 and 85 ms a round.
    expect([0, 1, 2].map((user) => ofUser(made, user, 3).length)).toEqual([23, 16, 12]);
  });

  it("have think times between two limits, of the seed, and of each user whoever is faster", () => {
    const workload = closed({ users: 2, thinkTime: { from: "20ms", to: "60ms" } });
    const pauses = (seed: number, tookMs: (n: number) => number): number[][] =>
      [0, 1].map((user) => {
        const own = ofUser(visits(scheduleOf(workload, seed), 3000, tookMs), user, 2);
        return own.slice(1, 20).map((visit, k) => Math.round((visit.startMs - (own[k]?.endMs ?? 0)) * 1e6) / 1e6);
      });
    const even = pauses(5, () => 10);
    expect(even.flat().every((ms) => ms >= 20 && ms < 60)).toBe(true);
    expect(new Set(even.flat()).size).toBe(38);
    expect(pauses(5, (n) => (n % 2 === 0 ? 3 : 90))).toEqual(even);
    expect(pauses(6, () => 10)).not.toEqual(even);
  });

  it("wait after a request without an answer, and no longer than they think anyway", () => {
    for (const [thinkTime, pauseMs] of [["0s", unansweredPauseMs], ["1s", 1000]] as const) {
      const { pace, closed: model } = scheduleOf(closed({ users: 1, thinkTime }), 1);
      if (model === undefined) throw new Error("it is a closed model");
      const arrivals = arrivalsOf({ pace, closed: model });
      arrivals.over(arrivals.take(), { atMs: 7, isAnswered: false });
      expect(arrivals.nextDueMs).toBe(7 + pauseMs);
    }
  });

  it("take journeys by weight, each user from dice of its own", () => {
    const { choose } = journeyChoiceOf(closed({ users: 2 }), 1);
    const first = Array.from({ length: 2000 }, (_unused, k) => choose(k * 2));
    const other = journeyChoiceOf(closed({ users: 2 }), 1);
    // The second user is asked first here, and changes nothing for the first.
    const second = Array.from({ length: 2000 }, (_unused, k) => other.choose(k * 2 + 1));
    expect(Array.from({ length: 2000 }, (_unused, k) => other.choose(k * 2))).toEqual(first);
    expect(second).not.toEqual(first);
    expect(Math.abs(first.filter((journey) => journey === 0).length / 2000 - 0.75)).toBeLessThan(0.03);
  });

  it("at --rate max are as many at once as there are connections, always", () => {
    const made = visits(maxRateSchedule(5), 1000, () => 10);
    expect(made.length).toBe(5 * 100);
    expect(mostAtOnce(made)).toBe(5);
    expect(maxRateSchedule(5).connections).toBe(5);
  });

  it("give each user a connection, whatever the workload says", () => {
    expect(scheduleOf(closed({ users: 90 }, { connections: 3 }), 1).connections).toBe(90);
  });
});

describe("the queue of what is due", () => {
  it("gives back in the order of time, then of number, what goes in and out in any order", () => {
    const roll = dice(3, "queue");
    const queue = new DueQueue();
    const waiting: { dueMs: number; n: number }[] = [];
    for (let n = 0; n < 3000; n += 1) {
      if (roll() < 0.6 || waiting.length === 0) {
        const dueMs = integerBetween(roll, 0, 50);
        queue.add(dueMs, n);
        waiting.push({ dueMs, n });
      } else {
        waiting.sort((a, b) => a.dueMs - b.dueMs || a.n - b.n);
        expect(queue.nextDueMs).toBe(waiting[0]?.dueMs);
        expect(queue.take()).toBe(waiting.shift()?.n);
      }
    }
  });

  it("is never due when it is empty, and then gives nothing", () => {
    expect(new DueQueue().nextDueMs).toBe(Number.POSITIVE_INFINITY);
    expect(() => new DueQueue().take()).toThrow(RangeError);
  });
});
