/** The scripted service does what it is told, and its log says so; one outage of it is measured from end to end. */

import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { usToMs } from "../base/duration.ts";
import { messageOf } from "../base/error.ts";
import { nowUs, poll, timeoutSignal } from "../base/time.ts";
import { httpCall } from "../drive/supervisor/system/http-call.ts";
import { socketLossMisses } from "./truth/losses/loss-rows.ts";
import { runLosses } from "./truth/sockets/socket-losses.ts";
import { outageManners } from "./truth/outages/outage-script.ts";
import { serviceLines, startTruthService, type TruthService } from "./truth/sockets/service-under-test.ts";
import { comparePlay, playOutages, socketScript, type SocketPlay } from "./truth/sockets/socket-outages.ts";

/** For what hangs. */
const callLimitMs = 30_000;
const hangsAfterMs = 30_000;
/** Longer than any test. */
const endlessMs = 600_000;

interface Call {
  beganUs: number;
  endedUs: number;
  good: boolean;
}

async function call(service: TruthService, path: string): Promise<Call> {
  const beganUs = nowUs();
  const url = `http://127.0.0.1:${service.ports.http}${path}`;
  const good = await httpCall({ method: "GET", url, signal: timeoutSignal(callLimitMs) }).then(({ status }) => status === 200, () => false);
  return { beganUs, endedUs: nowUs(), good };
}

/** Resolves once the service's own log has the word. */
async function until(service: TruthService, word: "down" | "up"): Promise<void> {
  const look = async (): Promise<true | undefined> => (serviceLines((await service.call("GET", "/log/service")).text).some((line) => line.word === word) ? true : undefined);
  expect(await poll(look, { intervalMs: 5, deadlineUs: nowUs() + hangsAfterMs * 1000 }), word).toBe(true);
}

describe("an outage of the scripted service", () => {
  test.each(outageManners)("by %s is what its log says: bad between down and up, good before and after", async (by) => {
    await using service = await startTruthService({});
    const before = await call(service, "/work");
    await service.call("POST", "/outage", { by, stretches: [{ fromMs: 0, toMs: endlessMs }] });
    await until(service, "down");
    const calls = Array.from({ length: 3 }, async () => await call(service, "/work"));
    // Of a stall nothing ends within it: whoever came then is answered after it, and well.
    if (by !== "stall") await Promise.all(calls);
    // Another outage of a millisecond: with it ends the first one.
    await service.call("POST", "/outage", { by, stretches: [{ fromMs: 0, toMs: 1 }] });
    await until(service, "up");
    const after = await call(service, "/work");
    const lines = serviceLines((await service.call("GET", "/log/service")).text);
    const [downUs = Number.NaN, upUs = Number.NaN] = ["down", "up"].map((word) => lines.find((line) => line.word === word)?.atUs);
    const during = await Promise.all(calls);
    expect([before.good, after.good, ...during.map(({ good }) => good)]).toEqual([true, true, ...during.map(() => by === "stall")]);
    expect([before.endedUs < downUs, after.endedUs > upUs]).toEqual([true, true]);
    for (const { beganUs, endedUs } of during) expect([beganUs > downUs, endedUs > upUs]).toEqual([true, by === "stall"]);
  });

  test("can be a part of the requests, with a health check that lies about it", async () => {
    await using service = await startTruthService({ lyingHealth: true });
    await service.call("POST", "/outage", { by: "5xx", share: 0.5, stretches: [{ fromMs: 0, toMs: endlessMs }] });
    await until(service, "down");
    const calls = await Promise.all(Array.from({ length: 60 }, async () => await call(service, "/work")));
    const good = calls.filter((each) => each.good).length;
    expect(good).toBeGreaterThan(0);
    expect(good).toBeLessThan(calls.length);
    const health = await Promise.all(Array.from({ length: 20 }, async () => await call(service, "/health")));
    expect(health.every((each) => each.good)).toBe(true);
  });
});

test("lines over TCP are answered, tell apart what was stored, and go down with the rest", async () => {
  await using service = await startTruthService({ stores: { table: { weights: { kept: 1 }, unsafeMs: 0, lateMs: 0 }, queue: { weights: { refused: 1 }, unsafeMs: 0, lateMs: 0 }, "key-value": { weights: { failed: 1 }, unsafeMs: 0, lateMs: 0 } } });
  expect([await ask(service, "ping"), await ask(service, "put table a"), await ask(service, "put queue b"), await ask(service, "put key-value c")]).toEqual(["pong", "201", "409", "500"]);
  const contents = async (path: string): Promise<unknown> => JSON.parse((await service.call("GET", `/contents/${path}`)).text);
  expect([await contents("table/rows"), await contents("queue/waiting"), await contents("key-value/keys")]).toEqual([["a"], [], ["c"]]);
  await service.call("POST", "/outage", { by: "refusal", stretches: [{ fromMs: 0, toMs: endlessMs }] });
  await until(service, "down");
  await expect(ask(service, "ping")).rejects.toThrow("ECONNREFUSED");
});

test("outages on real sockets end neither before the service's own log says so nor after the last request that felt them", async () => {
  const manners = [{ by: "refusal", flapping: true }, { by: "stall", flapping: false }] as const;
  const plays = await Promise.all(manners.map(async (manner) => await playOutages(socketScript({ lengthMs: 1000, ratePerSecond: 200, ...manner }, 3))));
  const compared = plays.flatMap((play) => comparePlay(play).map((result) => ({ play, result })));
  expect(compared).toHaveLength(plays.length);
  for (const { play, result } of compared) {
    // Causality, and no allowance for a busy machine: that is `npm run test:truth -- sockets`. A good answer comes from a service that is up, within the degraded limit.
    expect(result.errorMs).toBeGreaterThanOrEqual(-(result.degradedLimitMs ?? 0));
    // None is seen where answers of the baseline took as long as the whole outage: then the degraded limit says so, above.
    expect(result.measuredMs ?? 0).toBeLessThanOrEqual(firstGoodAfterAllMs(play, result.degradedLimitMs ?? 0));
  }
});

/** From the middle of the order to the first request or probe after the last that was bad: whatever window is asked for, by then it is over. */
function firstGoodAfterAllMs({ log, orders: [order] }: SocketPlay, limitMs: number): number {
  const samples = log.flatMap((event) => {
    if (event.type === "request") return [{ atUs: event.intendedUs, bad: event.outcome !== "ok" || usToMs(event.endUs - event.intendedUs) > limitMs }];
    return event.type === "probe" ? [{ atUs: event.intendedUs, bad: !event.ok || event.tookMs > limitMs }] : [];
  });
  const inOrder = samples.toSorted((a, b) => a.atUs - b.atUs);
  const first = inOrder[inOrder.findLastIndex(({ bad }) => bad) + 1];
  return usToMs((first?.atUs ?? Infinity) - ((order?.beganUs ?? 0) + (order?.endedUs ?? 0)) / 2);
}

test("writes on real sockets have the fates that the service's own logs say, in a table, a queue and a key-value store", async () => {
  const runs = await runLosses(1);
  expect(runs.flatMap(socketLossMisses)).toEqual([]);
  expect(runs.map(({ truth }) => truth.lost > 0 && truth.recovered > 0 && truth.unexpected > 0)).toEqual([true, true, true]);
});

async function ask(service: TruthService, text: string): Promise<string> {
  const socket = connect(service.ports.tcp, "127.0.0.1");
  try {
    await once(socket, "connect");
    socket.write(`${text}\n`);
    const [answer]: unknown[] = await once(socket, "data", { signal: timeoutSignal(callLimitMs) });
    return String(answer).trim();
  } catch (error) {
    throw new Error(messageOf(error), { cause: error });
  } finally {
    socket.destroy();
  }
}
