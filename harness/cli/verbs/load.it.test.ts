import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { entryPath } from "../../base/entry.ts";
import { listening } from "../../base/listening.ts";
import { exitCodes } from "../../base/error.ts";
import { selfSigned } from "../../drive/load/http/certificate.fixture.ts";
import { loadResultSchema, type LoadResult } from "../../../reports/load/result.ts";

describe("load, as a user runs it", () => {
  it("counts what the server counted, over two processes, and its sums are exact", async () => {
    await using server = await counted((seen, response) => respond(response, seen % 3 === 0 ? 503 : 200));
    const { code, stdout } = await ended(["--url", server.url, "--rate", "200", "--duration", "1s", "--threads", "2", "--json"]);
    const result = parsed(stdout);
    expectExactSums(result);
    expect(result).toMatchObject({ offered: 200, started: server.seen, errors: { status: server.bad }, status: { 200: server.seen - server.bad, 503: server.bad } });
    expect(code).toBe(result.generator.saturated ? exitCodes.inconclusive : exitCodes.pass);
  });

  it("goes as fast as its connections let it", async () => {
    await using server = await counted((_seen, response) => respond(response, 200));
    const { code, stdout } = await ended(["--url", server.url, "--rate", "max", "--connections", "3", "--duration", "300ms", "--json"]);
    const result = parsed(stdout);
    expectExactSums(result);
    expect(result).toMatchObject({ completed: server.seen, connections: 3, startLagMs: { max: 0 } });
    expect(result.responseTimeMs).toEqual(result.serviceTimeMs);
    expect(code).toBe(exitCodes.pass);
  });

  it("sends what it was told to, each number once over all processes", async () => {
    const asked: string[] = [];
    await using server = await counted((_seen, response, request) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        asked.push(`${request.method} ${request.url} ${String(request.headers["x-who"])} ${body}`);
        respond(response, 200);
      });
    });
    const flags = ["--method", "put", "--header", "X-Who: {{n}}", "--body", "number {{n}}", "--profile", "steps:20@100ms,40@100ms", "--threads", "2", "--json"];
    const { stdout } = await ended(["--url", `${server.url}items/{{n}}?q=a%20b`, ...flags]);
    expect(asked.toSorted()).toEqual(Array.from({ length: 6 }, (_, n) => `PUT /items/${n}?q=a%20b ${n} number ${n}`));
    expect(parsed(stdout)).toMatchObject({ offered: 6, completed: 6 });
  });

  it("finds the highest rate within a range, and says what that cost", async () => {
    await using server = await counted((_seen, response) => respond(response, 200));
    const { code, stdout, stderr } = await ended(["--url", server.url, "--profile", "search:20-40", "--limit", "errors<=50%", "--duration", "500ms", "--json"]);
    const { search } = parsed(stdout);
    if (search === undefined) throw new Error("no search in the result");
    expect(search.cost).toMatchObject({ requests: server.seen, steps: search.steps.length });
    expect(search.steps[0]?.ratePerSecond).toBe(20);
    // On a machine out of breath it ends before, and says so.
    expect([search.endedBy, search.ratePerSecond, code]).toEqual(search.endedBy === "range" ? ["range", 40, exitCodes.pass] : ["generator", search.ratePerSecond, exitCodes.inconclusive]);
    expect(stderr).toContain("20/s: ");
  });

  it("takes no certificate that it cannot check, unless it was told to", async () => {
    await using server = await counted((_seen, response) => respond(response, 200), selfSigned());
    const flags = ["--url", server.url, "--rate", "20", "--duration", "200ms", "--json"];
    const refused = await ended(flags);
    expect(parsed(refused.stdout)).toMatchObject({ offered: 4, completed: 0, errors: { tls: 4 }, responseTimeMs: null });
    expect(refused.code).toBe(exitCodes.inconclusive);
    expect(refused.stderr).toContain("Not one request was completed");
    expect(parsed((await ended([...flags, "--insecure"])).stdout)).toMatchObject({ completed: 4 });
  });
});

describe("load ends", () => {
  it("early by Ctrl-C, with a summary of what was done", async () => {
    await using server = await counted((_seen, response) => respond(response, 200));
    await using run = roadworthy(["--url", server.url, "--rate", "100", "--duration", "10m"]);
    await server.hasSeen(20);
    run.process.kill("SIGINT");
    const { code, stdout } = await run.ended;
    expect(code).toBe(exitCodes.interrupted);
    expect(stdout).toContain("interrupted: this is what was measured until then");
    expect(stdout).toContain(`= ${server.seen} completed + 0 errors\n`);
    await server.isLeft();
  });

  it("with all its processes when it is killed", async () => {
    await using server = await counted((_seen, response) => respond(response, 200));
    await using run = roadworthy(["--url", server.url, "--rate", "100", "--duration", "10m", "--threads", "2"]);
    await server.hasSeen(20);
    run.process.kill("SIGKILL");
    await run.ended;
    // They hold its connections; these close when they are gone.
    await server.isLeft();
    expect(server.seen).toBeGreaterThanOrEqual(20);
  });

  it("at once when nobody listens there", async () => {
    const server = await counted((_seen, response) => respond(response, 200));
    await server[Symbol.asyncDispose]();
    const { code, stdout, stderr } = await ended(["--url", server.url, "--rate", "10"]);
    expect([code, stdout]).toEqual([exitCodes.unavailable, ""]);
    expect(stderr).toMatch(/^roadworthy: nobody takes a connection at 127\.0\.0\.1:\d+: ECONNREFUSED\n {2}to do: /);
  });

  it.each([
    ["http://192.0.2.1/", /^roadworthy: 192\.0\.2\.1:80 is not allowed/],
    ["http://127.0.0.1/{{captured:token}}", /^roadworthy: \{\{captured\}\} has no request before/],
  ])("before anything is sent to %s", async (url, message) => {
    const { code, stdout, stderr } = await ended(["--url", url, "--rate", "10", "--duration", "1s"]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(code).not.toBe(exitCodes.pass);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });
});

function expectExactSums({ offered, started, dropped, completed, errors }: LoadResult): void {
  expect(started + dropped).toBe(offered);
  expect(completed + Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(started);
}

function parsed(stdout: string): LoadResult {
  return loadResultSchema.parse(JSON.parse(stdout));
}

interface Told {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Run extends AsyncDisposable {
  process: ChildProcess;
  ended: Promise<Told>;
}

async function ended(flags: string[]): Promise<Told> {
  await using run = roadworthy(flags);
  return await run.ended;
}

function roadworthy(flags: string[]): Run {
  const child = spawn(process.execPath, [entryPath("harness/cli/main"), "load", ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const closed = once(child, "close").then(([code]: unknown[]) => ({ code: typeof code === "number" ? code : null, stdout, stderr }));
  const dispose = async (): Promise<void> => {
    child.kill("SIGKILL");
    await closed;
  };
  return { process: child, ended: closed, [Symbol.asyncDispose]: dispose };
}

interface Counting extends AsyncDisposable {
  url: string;
  /** Requests that have arrived, and those of them that were answered with an error. */
  seen: number;
  bad: number;
  hasSeen(count: number): Promise<void>;
  /** Resolves when nobody is connected any more. */
  isLeft(): Promise<void>;
}

type Answer = (seen: number, response: ServerResponse, request: IncomingMessage) => void;

async function counted(answer: Answer, certificate?: { key: Buffer; cert: Buffer }): Promise<Counting> {
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  const wake = (): void => waiting.splice(0).forEach((resume) => resume());
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const listener: RequestListener = (request, response) => {
    counting.seen += 1;
    response.once("finish", () => (counting.bad += response.statusCode >= 400 ? 1 : 0));
    answer(counting.seen, response, request);
    wake();
  };
  const server: Server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      wake();
    });
  });
  const { port, [Symbol.asyncDispose]: close } = await listening(server);
  const counting: Counting = {
    url: `${certificate === undefined ? "http" : "https"}://127.0.0.1:${port}/`,
    seen: 0,
    bad: 0,
    hasSeen: async (count) => await until(() => counting.seen >= count),
    isLeft: async () => await until(() => sockets.size === 0),
    [Symbol.asyncDispose]: close,
  };
  return counting;
}

function respond(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "application/json" }).end('{"ok":true}');
}
