import type { Socket } from "node:net";
import { expect, it } from "vitest";
import { dice, integerBetween, type Dice } from "../../../base/random.ts";
import { after } from "../../../base/time.ts";
import { raw, start, type Order } from "../engine.fixture.ts";
import type { PreparedRequest } from "../prepared-request.ts";

const runs = 1000;
/** So many at once: most of a run is waiting. */
const atOnce = 40;

const whole = [
  "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nx: y\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello",
].map((text) => Buffer.from(text));

/** One of all the ways in which a server can let a client down, or an answer. */
function answer(socket: Socket, roll: Dice): void {
  const bytes = whole[integerBetween(roll, 0, whole.length - 1)] ?? Buffer.alloc(0);
  const cut = bytes.subarray(0, integerBetween(roll, 0, bytes.length));
  switch (integerBetween(roll, 0, 8)) {
    case 0:
      return void socket.end(cut);
    case 1:
      return void socket.write(cut, () => socket.resetAndDestroy());
    case 2:
      return void socket.destroy();
    case 3:
      return void socket.write(Buffer.concat([bytes, bytes]));
    case 4:
      return void socket.write(cut);
    case 5:
      socket.write(cut);
      return void after(1, () => void (socket.destroyed || socket.end(bytes.subarray(cut.length))));
    case 6:
      return void socket.write(damaged(bytes, integerBetween(roll, 0, bytes.length - 1)));
    default:
      return void (bytes.includes("close") ? socket.end(bytes) : socket.write(bytes));
  }
}

function damaged(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = 0;
  return copy;
}

interface Tracked {
  order: Omit<Order, "port">;
  sent: number;
  ended: number;
  stopAfterMs: number | null;
}

function seeded(seed: number): Tracked {
  const roll = dice(seed, "run");
  const tracked: Tracked = { sent: 0, ended: 0, stopAfterMs: roll() < 0.25 ? integerBetween(roll, 0, 60) : null, order: { ratePerSecond: 0, totalMs: 0 } };
  const request: Partial<PreparedRequest> = { bytes: `GET /${seed} HTTP/1.1\r\nhost: test\r\n\r\n`, onSend: () => (tracked.sent += 1), onEnd: () => (tracked.ended += 1) };
  const steps = Array.from({ length: integerBetween(roll, 1, 3) }, () => request);
  tracked.order = { ratePerSecond: integerBetween(roll, 50, 400), totalMs: 60, connections: integerBetween(roll, 1, 6), timeoutMs: integerBetween(roll, 20, 60), requests: steps };
  return tracked;
}

it(`counters add up in ${runs} seeded runs whose connections are cut at random bytes`, async () => {
  const dices = new Map<string, Dice>();
  const received = new Map<string, number>();
  await using server = await raw((socket, bytes) => {
    // A connection belongs to one run, whose dice decide what becomes of it.
    const seed = /^GET \/(\d+) /.exec(bytes.toString("latin1"))?.[1] ?? "none";
    const roll = dices.get(seed) ?? dice(Number(seed), "server");
    dices.set(seed, roll);
    received.set(seed, (received.get(seed) ?? 0) + 1);
    answer(socket, roll);
  });
  const seen = new Set<string>();
  for (let first = 0; first < runs; first += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, async (_unused, index) => await oneRun(first + index)));
  }
  async function oneRun(seed: number): Promise<void> {
    const tracked = seeded(seed);
    const running = start({ ...tracked.order, port: server.port });
    if (tracked.stopAfterMs !== null) after(tracked.stopAfterMs, () => running.engine.stop());
    const { counts, made, outcomes } = await running.done;
    for (const name of Object.keys(outcomes)) seen.add(name);
    const { ok = 0, dropped = 0, ...errors } = outcomes;
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    const found = { offered: made.length, started: ok + failed, dropped, sent: tracked.sent, ended: tracked.ended };
    expect(found, `seed ${seed}`).toEqual({ ...counts, offered: counts.started + counts.dropped, sent: counts.started, ended: counts.started });
    expect(received.get(String(seed)) ?? 0, `seed ${seed}`).toBeLessThanOrEqual(counts.started);
    expect(running.engine.load(), `seed ${seed}`).toEqual({ connections: 0, inFlight: 0 });
  }
  expect([...seen].toSorted()).toEqual(["dropped", "malformed", "ok", "reset", "timeout"]);
  expect(received.size).toBeGreaterThan(runs * 0.9);
});
