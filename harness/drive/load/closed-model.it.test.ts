import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { dice, integerBetween } from "../../base/random.ts";
import { after, nowUs } from "../../base/time.ts";
import { ownWorkloadSchema } from "../../scenario/workload/workload.ts";
import { http, ok, raw, run, start, type Made, type Order } from "./engine.fixture.ts";
import type { Counts } from "./engine.ts";
import { unansweredPauseMs } from "./pace/arrivals.ts";
import { maxRateSchedule, scheduleOf, type Schedule } from "./pace/schedule.ts";

const closed = (profile: object): Schedule => scheduleOf(ownWorkloadSchema.parse({ name: "shoppers", profile: { shape: "closed", ...profile }, journeys: [{ steps: ["read"] }] }), 1);

/**
 * A server that keeps count of what is open in it at once. It holds its first answers until `users` are open, so that as many are seen at
 * once; then it answers each after some random ms.
 */
function counting(users: number): { listener: RequestListener; most: () => number; seen: () => number } {
  const roll = dice(1, "server");
  const held: (() => void)[] = [];
  let [open, most, seen] = [0, 0, 0];
  return {
    listener: (_request, response) => {
      const answer = (): void => {
        open -= 1;
        response.end("done");
      };
      seen += 1;
      open += 1;
      most = Math.max(most, open);
      held.push(() => after(integerBetween(roll, 1, 15), answer));
      if (most >= users) for (const release of held.splice(0)) release();
    },
    most: () => most,
    seen: () => seen,
  };
}

/** µs between the end of a request and the start of the next one, of a single user. */
function pausesUs(made: readonly Made[]): number[] {
  const inOrder = made.toSorted((a, b) => a.startUs - b.startUs);
  return inOrder.slice(1).map(({ startUs }, index) => startUs - (inOrder[index]?.endUs ?? 0));
}

/** Sends for as long as it takes to have so many requests made, and not for a time. `made`: those before the stop; `counts`: all. */
async function untilMade(count: number, order: Omit<Order, "ratePerSecond" | "totalMs">): Promise<{ counts: Counts; made: Made[] }> {
  const running = start({ ...order, ratePerSecond: 1, totalMs: 60_000 });
  while (running.made.length < count) await new Promise(setImmediate);
  const made = [...running.made];
  running.engine.stop();
  return { counts: (await running.done).counts, made };
}

describe("the closed model", () => {
  it("never has more requests under way than users, nor fewer for want of one that is due", async () => {
    const server = counting(8);
    await using listens = await http(server.listener);
    const { counts, made } = await untilMade(50, { port: listens.port, schedule: closed({ users: 8 }) });
    expect(server.most()).toBe(8);
    expect(made.filter(({ name }) => name !== "ok")).toEqual([]);
    expect(counts).toEqual({ offered: server.seen(), started: server.seen(), dropped: 0 });
  });

  it("has requests that begin when they are due: there is no waiting in what they took", async () => {
    await using listens = await http(ok);
    const { made } = await run({ port: listens.port, ratePerSecond: 1, totalMs: 200, schedule: closed({ users: 3, thinkTime: "5ms" }) });
    expect(made.length).toBeGreaterThanOrEqual(3);
    expect(made.every(({ intendedUs, startUs }) => intendedUs === startUs)).toBe(true);
  });

  it("lets a user think before the next journey, and never less", async () => {
    await using listens = await http(ok);
    const { made } = await untilMade(5, { port: listens.port, schedule: closed({ users: 1, thinkTime: "30ms" }) });
    const pauses = pausesUs(made);
    expect(pauses.length).toBeGreaterThanOrEqual(4);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(30_000);
  });

  it("has a user run the steps of a journey without thinking, then think", async () => {
    await using listens = await http(ok);
    const steps = [{ route: 0 }, { route: 1 }];
    const { made } = await untilMade(4, { port: listens.port, requests: steps, schedule: closed({ users: 1, thinkTime: "100ms" }) });
    const routes = made.toSorted((a, b) => a.startUs - b.startUs).map(({ route }) => route);
    expect(routes.slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect(pausesUs(made)[1]).toBeGreaterThanOrEqual(100_000);
  });

  it("lets users begin one after the other", async () => {
    await using listens = await http(() => {});
    const beganUs = nowUs();
    const running = start({ port: listens.port, ratePerSecond: 1, totalMs: 400, timeoutMs: 500, schedule: closed({ users: 4, rampUp: "200ms" }) });
    const { made, outcomes } = await running.done;
    expect(outcomes).toEqual({ timeout: 4 });
    const starts = made.map(({ startUs }) => startUs - beganUs).toSorted((a, b) => a - b);
    expect(starts.every((us, user) => us >= user * 50_000)).toBe(true);
  });

  it("calls a server that is away no more often than the pause allows", async () => {
    await using listens = await raw((socket) => socket.resetAndDestroy());
    const { counts, outcomes } = await run({ port: listens.port, ratePerSecond: 1, totalMs: 350, schedule: closed({ users: 5 }) });
    expect(outcomes["ok"]).toBeUndefined();
    expect(counts.offered).toBeGreaterThanOrEqual(5);
    expect(counts.offered).toBeLessThanOrEqual(5 * Math.ceil(350 / unansweredPauseMs));
  });

  it("goes on after an answer that is a failure", async () => {
    await using listens = await http((_request, response) => response.writeHead(500).end());
    const { made } = await untilMade(50, { port: listens.port, schedule: closed({ users: 1 }) });
    expect(made.filter(({ name }) => name !== "status")).toEqual([]);
    expect(Math.min(...pausesUs(made))).toBeLessThan(unansweredPauseMs * 1000);
  });

  it("offers nothing more once it is stopped, and counts what was under way", async () => {
    const held: (() => void)[] = [];
    await using listens = await http((_request, response) => void held.push(() => response.end()));
    const running = start({ port: listens.port, ratePerSecond: 1, totalMs: 60_000, schedule: closed({ users: 3 }) });
    while (held.length < 3) await new Promise(setImmediate);
    running.engine.stop();
    for (const answer of held) answer();
    expect((await running.done).counts).toEqual({ offered: 3, started: 3, dropped: 0 });
    expect(held.length).toBe(3);
  });
});

describe("--rate max", () => {
  it("keeps every connection busy and no more", async () => {
    const server = counting(10);
    await using listens = await http(server.listener);
    const { counts, outcomes } = await run({ port: listens.port, ratePerSecond: 1, totalMs: 400, schedule: maxRateSchedule(10) });
    expect(server.most()).toBe(10);
    expect(outcomes).toEqual({ ok: counts.offered });
    expect(counts).toEqual({ offered: server.seen(), started: server.seen(), dropped: 0 });
  });
});
