import { createServer as createHttpServer } from "node:http";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { dice, integerBetween } from "../../base/random.ts";
import { after } from "../../base/time.ts";
import type { RequestOutcome } from "../../log/event.ts";
import { listening } from "../../base/listening.ts";
import { http, ok, raw, run, start } from "./engine.fixture.ts";
import type { PreparedRequest } from "./prepared-request.ts";

describe("the open-model engine", () => {
  it("sends exactly what the schedule holds and never before it is due", async () => {
    await using server = await http(ok);
    const { counts, made, outcomes } = await run({ port: server.port, ratePerSecond: 500, totalMs: 400 });
    expect(counts).toEqual({ offered: 200, started: 200, dropped: 0 });
    expect(outcomes).toEqual({ ok: 200 });
    expect(made.every((request) => request.startUs >= request.intendedUs && request.firstByteUs >= request.startUs && request.endUs >= request.firstByteUs)).toBe(true);
    const due = made.map((request) => request.intendedUs).toSorted((a, b) => a - b);
    expect(new Set(due.map((intendedUs) => intendedUs - (due[0] ?? 0)))).toEqual(new Set(Array.from({ length: 200 }, (_unused, n) => n * 2000)));
    expect(made.every((request) => request.status === 200 && request.bytes > 5)).toBe(true);
  });

  it("shows a stall of 1 s as the schedule says: as many requests late as were due in it", async () => {
    // From its first request on, the server answers nothing for a second; then it answers all that waits.
    let open = false;
    const waiting: (() => void)[] = [];
    await using server = await http((_request, response) => {
      if (waiting.length === 0 && !open) {
        after(1000, () => {
          open = true;
          for (const answer of waiting) answer();
        });
      }
      if (open) response.end("late");
      else waiting.push(() => response.end("late"));
    });
    const { counts, made, outcomes } = await run({ port: server.port, ratePerSecond: 1000, totalMs: 1300, connections: 2000 });
    expect(counts).toEqual({ offered: 1300, started: 1300, dropped: 0 });
    expect(outcomes).toEqual({ ok: 1300 });
    // Those due in the first half of the stall waited for more than its second half, each one longer than the one after it was due.
    const tookMs = made.toSorted((a, b) => a.intendedUs - b.intendedUs).map((request) => (request.endUs - request.intendedUs) / 1000);
    expect(tookMs.slice(0, 500).filter((ms) => ms >= 500).length).toBe(500);
    expect(tookMs.slice(0, 100).every((ms) => ms >= 900)).toBe(true);
    expect(tookMs.slice(400, 500).every((ms, index) => ms >= 600 - index - 1)).toBe(true);
  });

  it("counts waiting for a connection as response time, and drops what waits longer than its timeout", async () => {
    const held: (() => void)[] = [];
    await using server = await http((_request, response) => {
      held.push(() => response.end());
      after(150, () => held.shift()?.());
    });
    const { counts, made, outcomes } = await run({ port: server.port, ratePerSecond: 100, totalMs: 600, connections: 1, timeoutMs: 300 });
    expect(counts.offered).toBe(60);
    expect(counts.started + counts.dropped).toBe(60);
    expect(outcomes["dropped"]).toBe(counts.dropped);
    expect(counts.dropped).toBeGreaterThan(40);
    const sent = made.filter(({ name }) => name === "ok");
    expect(sent.length).toBeGreaterThanOrEqual(2);
    expect(sent.some((request) => request.startUs - request.intendedUs > 100_000)).toBe(true);
    const dropped = made.filter(({ name }) => name === "dropped");
    expect(dropped.every((request) => request.startUs === request.endUs && request.endUs - request.intendedUs >= 300_000 && request.status === 0)).toBe(true);
  });

  it("keeps connections, and opens no more than it may", async () => {
    let connections = 0;
    const server = createHttpServer(ok);
    server.on("connection", () => (connections += 1));
    await using listens = await listening(server);
    const { outcomes } = await run({ port: listens.port, ratePerSecond: 1000, totalMs: 300, connections: 3 });
    expect(outcomes).toEqual({ ok: 300 });
    expect(connections).toBeGreaterThanOrEqual(1);
    expect(connections).toBeLessThanOrEqual(3);
  });

  it("gives a request its time limit from its sending", async () => {
    await using server = await http(() => {});
    const { counts, made, outcomes } = await run({ port: server.port, ratePerSecond: 50, totalMs: 100, timeoutMs: 120 });
    expect(counts).toEqual({ offered: 5, started: 5, dropped: 0 });
    expect(outcomes).toEqual({ timeout: 5 });
    expect(made.every((request) => request.endUs - request.startUs >= 120_000 && request.message === "no answer in time")).toBe(true);
  });

  it("runs the steps of a journey in turn and offers none after a failed one", async () => {
    await using server = await http((request, response) => {
      response.statusCode = request.url === "/b" ? 500 : 200;
      response.end();
    });
    const step = (path: string, route: number): Partial<PreparedRequest> => ({ route, bytes: `GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n` });
    const { counts, made, outcomes } = await run({ port: server.port, ratePerSecond: 100, totalMs: 105, requests: [step("/a", 0), step("/b", 1), step("/c", 2)] });
    expect(outcomes["status"]).toBe(made.filter((request) => request.route === 1).length);
    expect(made.filter((request) => request.route === 0).length).toBe(11);
    expect(made.some((request) => request.route === 2)).toBe(false);
    expect(counts.offered).toBe(made.length);
    const ends = new Set(made.filter((request) => request.route === 0).map((request) => request.endUs));
    expect(made.filter((request) => request.route === 1).every((request) => ends.has(request.intendedUs))).toBe(true);
  });

  it("ends early with true counts: what was due is recorded, what came later never existed", async () => {
    await using server = await http(() => {});
    const running = start({ port: server.port, ratePerSecond: 200, totalMs: 60_000, connections: 4 });
    after(300, () => running.engine.stop());
    const { counts, made, outcomes } = await running.done;
    expect(counts.started).toBe(4);
    expect(outcomes).toEqual({ timeout: 4, dropped: counts.dropped });
    expect(counts.offered).toBe(made.length);
    expect(counts.offered).toBeGreaterThanOrEqual(60);
    expect(counts.offered).toBeLessThan(12_000);
    expect(running.engine.load()).toEqual({ connections: 0, inFlight: 0 });
  });

  it("that is stopped before its start has offered nothing", async () => {
    const running = start({ port: 1, ratePerSecond: 200, totalMs: 1000, requests: [] });
    running.engine.stop();
    expect((await running.done).counts).toEqual({ offered: 0, started: 0, dropped: 0 });
  });
});

describe("failures of a request", () => {
  it("refused: nobody listens", async () => {
    const gone = await http(ok);
    await gone[Symbol.asyncDispose]();
    const { counts, made, outcomes } = await run({ port: gone.port, ratePerSecond: 200, totalMs: 100 });
    expect(counts).toEqual({ offered: 20, started: 20, dropped: 0 });
    expect(outcomes).toEqual({ refused: 20 });
    expect(new Set(made.map(({ message }) => message))).toEqual(new Set(["ECONNREFUSED"]));
  });

  it.each<[string, (socket: Socket) => void, RequestOutcome, string]>([
    ["a reset", (socket) => socket.resetAndDestroy(), "reset", "ECONNRESET"],
    ["a close without an answer", (socket) => socket.end(), "reset", "closed before an answer"],
    ["half a body", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"), "reset", "closed in the middle of an answer"],
    ["half a chunk", (socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nha"), "reset", "closed in the middle of an answer"],
    ["garbage", (socket) => socket.write("garbage, and no line of HTTP\r\n"), "malformed", "malformed answer: it does not begin with HTTP/1."],
    ["another status", (socket) => socket.write("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"), "status", "status 503"],
    ["a body that ends with the connection", (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nall of it"), "ok", ""],
    ["an answer with bytes after it", (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 500 X\r\n\r\n"), "ok", ""],
    ["an interim answer first", (socket) => socket.write("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), "ok", ""],
  ])("%s", async (_name, answer, outcome, message) => {
    await using server = await raw(answer);
    const { counts, made } = await run({ port: server.port, ratePerSecond: 200, totalMs: 50 });
    expect(counts).toEqual({ offered: 10, started: 10, dropped: 0 });
    expect(made.map((request) => [request.name, request.message])).toEqual(Array.from({ length: 10 }, () => [outcome, message]));
  });

  it("body: the check sees the whole body, however it is cut", async () => {
    await using server = await raw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n");
      after(1, () => socket.write('{"status":"ok"}'));
    });
    const seen: string[] = [];
    const check: Partial<PreparedRequest> = {
      keepBody: true,
      fault: (_status, body) => {
        seen.push(body);
        return "body";
      },
    };
    const { outcomes } = await run({ port: server.port, ratePerSecond: 100, totalMs: 50, requests: [check] });
    expect(outcomes).toEqual({ body: 5 });
    expect(new Set(seen)).toEqual(new Set(['{"status":"ok"}']));
  });

  it("a kept connection that the server closes fails the request on it, which is not sent again", async () => {
    // Answers the first request on each connection and cuts the connection at the second.
    let received = 0;
    const used = new WeakSet<Socket>();
    await using server = await raw((socket) => {
      received += 1;
      if (used.has(socket)) {
        socket.destroy();
        return;
      }
      used.add(socket);
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
    const { counts, outcomes } = await run({ port: server.port, ratePerSecond: 100, totalMs: 200, connections: 1 });
    expect(counts).toEqual({ offered: 20, started: 20, dropped: 0 });
    expect(outcomes).toEqual({ ok: 10, reset: 10 });
    expect(received).toBe(20);
  });

  it("add up when connections are cut at random bytes", async () => {
    const roll = dice(11, "cuts");
    const answer = Buffer.from("HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    await using server = await raw((socket) => {
      const at = integerBetween(roll, 0, answer.length);
      if (at === answer.length) socket.write(answer);
      else if (roll() < 0.5) socket.end(answer.subarray(0, at));
      else socket.write(answer.subarray(0, at), () => socket.resetAndDestroy());
    });
    let sends = 0;
    const ends: string[] = [];
    const tracked: Partial<PreparedRequest> = { onSend: () => (sends += 1), onEnd: ({ outcome }) => ends.push(outcome) };
    const { counts, made, outcomes } = await run({ port: server.port, ratePerSecond: 1000, totalMs: 500, connections: 16, requests: [tracked] });
    expect(counts).toEqual({ offered: 500, started: 500, dropped: 0 });
    expect(made.length).toBe(500);
    expect([sends, ends.length]).toEqual([500, 500]);
    expect((outcomes["ok"] ?? 0) + (outcomes["reset"] ?? 0)).toBe(500);
    expect(outcomes["reset"]).toBeGreaterThan(300);
  });

  it("an address beyond loopback is not connected to", async () => {
    const { Connection } = await import("./http/connection.ts");
    const { loopbackOnly } = await import("../guard/guard.ts");
    expect(() => new Connection({ address: { host: "192.0.2.1", port: 80 }, tls: null }, { onEnd: () => {}, onIdleClosed: () => {} }, loopbackOnly)).toThrow(expect.objectContaining({ code: "not-allowed" }));
  });
});
