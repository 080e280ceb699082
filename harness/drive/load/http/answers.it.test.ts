import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { after, nowUs, wait } from "../../../base/time.ts";
import { loopbackOnly } from "../../guard/guard.ts";
import { http, plain, raw, run } from "../engine.fixture.ts";
import type { PreparedRequest } from "../prepared-request.ts";
import { headLimitBytes } from "./answer-parser.ts";
import type { Ending } from "./exchange.ts";
import { plainOrigin } from "./origin.ts";
import { Pool } from "./pool.ts";

const mebibyte = 1_048_576;
const request = (method: string, path: string, more: Partial<PreparedRequest> = {}): Partial<PreparedRequest> => ({ bytes: `${method} ${path} HTTP/1.1\r\nhost: test\r\n\r\n`, ...more });
const pathOf = (bytes: Buffer): string => /^[A-Z]+ \/(\S*)/.exec(bytes.toString("latin1"))?.[1] ?? "";

const answers: Readonly<Record<string, string>> = {
  "with a length": "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 5\r\n\r\nhello",
  "in chunks, with a trailer": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 1\r\n\r\n",
  "after interim ones": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
  "that ends with the connection": "HTTP/1.1 200 OK\r\n\r\nhello",
};

describe("answers", () => {
  it.each(Object.entries(answers))("%s are read when they come in two pieces, cut at every byte", async (_name, text) => {
    const answer = Buffer.from(text, "latin1");
    const staysOpen = !text.includes("OK\r\n\r\nhello");
    let connections = 0;
    await using server = await raw((socket, bytes) => {
      if (socket.bytesWritten === 0) connections += 1;
      const at = Number(pathOf(bytes));
      socket.write(answer.subarray(0, at));
      after(2, () => (staysOpen ? socket.write(answer.subarray(at)) : socket.end(answer.subarray(at))));
    });
    const seen = new Set<string>();
    const check = { keepBody: true, fault: (status: number, body: string): null => (seen.add(`${status} ${body}`), null) };
    const { counts, outcomes, made } = await run({ port: server.port, ratePerSecond: 1000, totalMs: answer.length + 1, connections: 8, requests: (n) => [request("GET", `/${n}`, check)] });
    const all = answer.length + 1;
    expect(counts).toEqual({ offered: all, started: all, dropped: 0 });
    expect(outcomes).toEqual({ ok: all });
    expect([...seen]).toEqual(["200 hello"]);
    expect(new Set(made.map(({ bytes }) => bytes))).toEqual(new Set([answer.length]));
    if (staysOpen) expect(connections).toBeLessThanOrEqual(8);
    else expect(connections).toBe(all);
  });

  it("without a body leave the connection fit for the next: HEAD, 204 and 304", async () => {
    const sockets = new Set<Socket>();
    await using server = await http(({ socket, url }, response) => {
      sockets.add(socket);
      const status = Number(url?.slice(1));
      response.writeHead(status, status === 200 ? { "content-length": 500 } : {}).end();
    });
    const fine = { fault: (): null => null };
    const steps = [request("HEAD", "/200", { ...fine, isHead: true }), request("GET", "/204", fine), request("GET", "/304", fine)];
    const { outcomes, made } = await run({ port: server.port, ratePerSecond: 100, totalMs: 100, connections: 1, requests: steps });
    // What was left of its arrivals' steps when the schedule ended is not begun.
    expect(outcomes).toEqual({ ok: made.length });
    expect(made.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([200, 204, 304]));
    expect(sockets.size).toBe(1);
  });

  it("that are large are counted to the byte, and not kept", async () => {
    const [piece, pieces] = [Buffer.alloc(mebibyte, "x"), 64];
    await using server = await http((_request, response) => void Readable.from(Array.from({ length: pieces }, () => piece)).pipe(response));
    const before = memoryBytes();
    const { outcomes, made } = await run({ port: server.port, ratePerSecond: 20, totalMs: 100, timeoutMs: 60_000, requests: [{ keepBody: true }] });
    expect(outcomes).toEqual({ ok: 2 });
    // Framing: each piece has a line with its size before it and an empty one after it.
    expect(made.every(({ bytes }) => bytes > pieces * (mebibyte + 10) && bytes < pieces * (mebibyte + 10) + 1000)).toBe(true);
    expect(memoryBytes() - before).toBeLessThan(8 * mebibyte);
  });
});

/** What each of them repeats without end. */
const endless: Readonly<Record<string, [begin: string, again: string]>> = {
  "one header": ["HTTP/1.1 200 OK\r\nX: ", "x".repeat(4096)],
  "headers": ["HTTP/1.1 200 OK\r\n", "X: yyyyyyyyyy\r\n".repeat(256)],
  "interim answers": ["", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(128)],
  "the extension of a chunk": ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", "x".repeat(4096)],
  "trailers": ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: yyyyyyyyyy\r\n".repeat(256)],
  "a status line": ["HTTP/1.1 200 ", "x".repeat(4096)],
};

describe("a server that never ends", () => {
  it.each(Object.keys(endless))("%s is refused, with little memory", async (name) => {
    const [begin, again] = endless[name] ?? ["", ""];
    const closed: Promise<void>[] = [];
    await using server = await raw((socket) => {
      closed.push(new Promise((resolve) => socket.once("close", () => resolve())));
      socket.write(begin);
      pour(socket, again, 10 * mebibyte);
    });
    const before = memoryBytes();
    const { counts, made } = await run({ port: server.port, ratePerSecond: 1000, totalMs: 20, connections: 20 });
    await Promise.all(closed);
    expect(counts).toEqual({ offered: 20, started: 20, dropped: 0 });
    expect(new Set(made.map((each) => `${each.name}: ${each.message}`))).toEqual(new Set([`malformed: malformed answer: its headers are larger than ${headLimitBytes} bytes`]));
    expect(made.every(({ bytes }) => bytes >= headLimitBytes && bytes < 4 * headLimitBytes)).toBe(true);
    expect(memoryBytes() - before).toBeLessThan(8 * mebibyte);
  });
});

/** Writes until the other side has enough of it, at most `limitBytes`. */
function pour(socket: Socket, text: string, limitBytes: number): void {
  Readable.from(Array.from({ length: limitBytes / text.length }, () => text)).pipe(socket);
}

/** What is held once the garbage is gone. */
function memoryBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe("bytes that nobody asked for", () => {
  it("on an idle connection cost that connection, and not the next request", async () => {
    const closed: (() => void)[] = [];
    let connections = 0;
    await using server = await raw((socket) => {
      connections += 1;
      socket.once("close", () => closed.shift()?.());
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", () => after(1, () => void (socket.destroyed || socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nwhat of it"))));
    });
    const pool = new Pool({ origin: plainOrigin({ host: "127.0.0.1", port: server.port }), connections: 1, timeoutMs: 5000, connectTimeoutMs: 5000, guard: loopbackOnly });
    for (let n = 1; n <= 5; n += 1) {
      const isClosed = new Promise<void>((resolve) => closed.push(resolve));
      expect(await sent(pool)).toMatchObject({ outcome: "ok", status: 200 });
      await isClosed;
      // The pool's own socket is told of its end in a later turn than the server's.
      while (pool.connections > 0) await wait(0);
      expect(connections).toBe(n);
    }
    pool.close();
  });

  it("with an answer cost the connection, and not the next request", async () => {
    let received = 0;
    const sockets = new Set<Socket>();
    await using server = await raw((socket) => {
      received += 1;
      sockets.add(socket);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n${"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n".repeat(3)}\u0000garbage`);
    });
    const { counts, outcomes } = await run({ port: server.port, ratePerSecond: 500, totalMs: 100, connections: 4 });
    expect(counts).toEqual({ offered: 50, started: 50, dropped: 0 });
    expect(outcomes).toEqual({ ok: 50 });
    expect([received, sockets.size]).toEqual([50, 50]);
  });
});

async function sent(pool: Pool): Promise<Ending> {
  const { promise, resolve, reject } = Promise.withResolvers<Ending>();
  const now = nowUs();
  pool.submit({ request: plain, intendedUs: now, startUs: 0, onDrop: (_at, message) => reject(new Error(message)), onEnd: (ending) => (resolve(ending), false), proceed: () => {} }, now);
  return await promise;
}
