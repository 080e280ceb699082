import { describe, expect, it } from "vitest";
import { after } from "../../../base/time.ts";
import { guardOf } from "../../guard/guard.ts";
import { http, raw, run, start } from "../engine.fixture.ts";
import type { PreparedRequest } from "../prepared-request.ts";

const request = (port: number, more: Partial<PreparedRequest> = {}): Partial<PreparedRequest> => ({ bytes: `GET /0 HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`, redirects: 3, ...more });
const texts = (made: readonly { name: string; message: string }[]): Set<string> => new Set(made.map(({ name, message }) => `${name}: ${message}`));

describe("redirects", () => {
  it("are not followed unless that is asked for", async () => {
    const seen: string[] = [];
    await using server = await http((incoming, response) => {
      seen.push(incoming.url ?? "");
      response.writeHead(302, { location: "/1" }).end();
    });
    const { made } = await run({ port: server.port, ratePerSecond: 100, totalMs: 50, requests: [{}] });
    expect(texts(made)).toEqual(new Set(["status: status 302"]));
    expect(new Set(seen)).toEqual(new Set(["/"]));
  });

  it("are one request whose response time and bytes hold all of its ways, announced and ended once", async () => {
    let sent = 0;
    await using server = await http((incoming, response) => {
      sent += 1;
      after(20, () => (incoming.url === "/2" ? response.end("there") : response.writeHead(302, { location: `/${Number(incoming.url?.slice(1)) + 1}` }).end()));
    });
    const [starts, ends]: number[][] = [[], []];
    const tracked = request(server.port, { onSend: (_intended, at) => starts?.push(at), onEnd: ({ endUs }) => ends?.push(endUs) });
    const { counts, made, outcomes } = await run({ port: server.port, ratePerSecond: 100, totalMs: 100, requests: [tracked] });
    expect(counts).toEqual({ offered: 10, started: 10, dropped: 0 });
    expect(outcomes).toEqual({ ok: 10 });
    expect(sent).toBe(30);
    expect([starts?.length, ends?.length]).toEqual([10, 10]);
    expect(made.map(({ startUs }) => startUs).toSorted((a, b) => a - b)).toEqual(starts?.toSorted((a, b) => a - b));
    // Three answers of 20 ms each, one after the other; a timer of the server may be a millisecond early.
    expect(made.every(({ startUs, firstByteUs, endUs }) => endUs - startUs >= 57_000 && firstByteUs - startUs >= 57_000)).toBe(true);
  });

  it("end at their limit, and where they cannot be read", async () => {
    await using loop = await http((_incoming, response) => response.writeHead(307, { location: "/again" }).end());
    const looped = await run({ port: loop.port, ratePerSecond: 100, totalMs: 50, requests: [request(loop.port)] });
    expect([looped.counts, texts(looped.made)]).toEqual([{ offered: 5, started: 5, dropped: 0 }, new Set(["status: status 307 after 3 redirects"])]);
    await using odd = await http((_incoming, response) => response.writeHead(302, { location: "gopher://127.0.0.1/" }).end());
    const unread = await run({ port: odd.port, ratePerSecond: 100, totalMs: 50, requests: [request(odd.port)] });
    expect(texts(unread.made)).toEqual(new Set(["malformed: a redirect to what is no address of HTTP"]));
  });

  it("lead to a limited number of places, and each request ends", async () => {
    let next = 0;
    // 40 addresses of loopback, at none of which anybody listens.
    await using server = await http((incoming, response) => response.writeHead(302, { location: `http://127.0.1.${(next += 1)}:${incoming.socket.localPort}/` }).end());
    const { counts, made } = await run({ port: server.port, ratePerSecond: 400, totalMs: 100, requests: [request(server.port)] });
    expect([counts, made.length]).toEqual([{ offered: 40, started: 40, dropped: 0 }, 40]);
    expect(made.filter(({ message }) => message.includes("more than 32 places"))).toHaveLength(8);
  });

  it("R29: lead nowhere that the guard does not let through, each of them", async () => {
    const places = ["http://169.254.169.254/latest", "http://192.0.2.7/", "http://2130706433.example.invalid./", "https://[fe80::1]/"];
    let next = 0;
    await using server = await http((_incoming, response) => response.writeHead(302, { location: places[next++ % places.length] ?? "" }).end());
    const { counts, made } = await run({ port: server.port, ratePerSecond: 200, totalMs: 100, requests: [request(server.port)], guard: guardOf(["192.0.2.7:8080"]) });
    expect(counts).toEqual({ offered: 20, started: 20, dropped: 0 });
    expect(made.every(({ name, message }) => name === "refused" && message.startsWith("redirect: ") && message.includes("not allowed"))).toBe(true);
    expect(new Set(made.map(({ message }) => message)).size).toBe(places.length);
  });

  it("go to another server of loopback, which keeps its connections as well", async () => {
    let connections = 0;
    await using target = await raw((socket, bytes) => {
      if (socket.bytesWritten === 0) connections += 1;
      socket.write(bytes.toString().startsWith("GET /there?x=1 ") ? "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" : "HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n");
    });
    await using server = await http((_incoming, response) => response.writeHead(301, { location: `http://127.0.0.1:${target.port}/there?x=1` }).end());
    const { outcomes } = await run({ port: server.port, ratePerSecond: 200, totalMs: 200, connections: 2, requests: [request(server.port)] });
    expect(outcomes).toEqual({ ok: 40 });
    expect(connections).toBeLessThanOrEqual(2);
  });

  it("to a place that is gone or silent end as failures of the one request", async () => {
    const gone = await http(() => {});
    await gone[Symbol.asyncDispose]();
    await using silent = await http(() => {});
    let next = 0;
    const ports = [gone.port, silent.port];
    await using server = await http((_incoming, response) => response.writeHead(302, { location: `http://127.0.0.1:${ports[next++ % 2]}/` }).end());
    const { counts, outcomes } = await run({ port: server.port, ratePerSecond: 200, totalMs: 50, timeoutMs: 1000, requests: [request(server.port)] });
    expect(counts).toEqual({ offered: 10, started: 10, dropped: 0 });
    expect(outcomes).toEqual({ refused: 5, timeout: 5 });
  });

  it("without a free connection at the next place time out: the request had been sent", async () => {
    await using silent = await http(() => {});
    await using server = await http((_incoming, response) => response.writeHead(302, { location: `http://127.0.0.1:${silent.port}/` }).end());
    const { counts, made } = await run({ port: server.port, ratePerSecond: 200, totalMs: 50, timeoutMs: 1000, connections: 1, requests: [request(server.port)] });
    expect(counts).toEqual({ offered: 10, started: 10, dropped: 0 });
    expect(texts(made)).toEqual(new Set(["timeout: no answer in time", "timeout: no free connection in time after a redirect"]));
  });

  it("under way when the run is stopped are ended and counted", async () => {
    await using server = await http((_incoming, response) => void after(5, () => response.writeHead(302, { location: "/again" }).end()));
    const running = start({ port: server.port, ratePerSecond: 500, totalMs: 60_000, connections: 8, requests: [request(server.port, { redirects: 1_000_000 })] });
    after(200, () => running.engine.stop());
    const { counts, made, outcomes } = await running.done;
    expect(counts.started + counts.dropped).toBe(counts.offered);
    expect(made.length).toBe(counts.offered);
    expect(outcomes["timeout"]).toBe(counts.started);
    expect(running.engine.load()).toEqual({ connections: 0, inFlight: 0 });
  });
});
