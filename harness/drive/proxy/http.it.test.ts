/** What toxics on single requests do to real HTTP, and what they leave alone: the other requests, their order, the connection. */

import { Agent, createServer, request, type Server } from "node:http";
import { once } from "node:events";
import { expect, test } from "vitest";
import { nowUs } from "../../base/time.ts";
import type { LinkAddress } from "./client.ts";
import { dial, fateOf, portOf, receive, startProxy, type ProxyUnderTest } from "./proxy-under-test.ts";

interface HttpSystem extends AsyncDisposable {
  readonly proxy: ProxyUnderTest;
  readonly link: LinkAddress;
  /** Paths of the requests that the server has seen. */
  readonly seen: string[];
  connections: number;
  /** The body as the interface takes it; what is left out has its default. */
  add(toxic: { type: string; toxicity?: number; attributes: Readonly<Record<string, number | string>> }): Promise<void>;
}

/** Answers `/length` with a body of a known length and everything else in chunks: `{"path":…,"body":…}`. */
function serveOn(system: { seen: string[]; connections: number }): Server {
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      system.seen.push(incoming.url ?? "");
      const text = JSON.stringify({ path: incoming.url, body: Buffer.concat(chunks).toString() });
      if (incoming.url === "/length") answer.setHeader("content-length", text.length);
      answer.write(text.slice(0, 5));
      answer.end(text.slice(5));
    });
  });
  server.on("connection", () => (system.connections += 1));
  server.on("upgrade", (_incoming, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
    socket.pipe(socket);
  });
  return server.listen(0, "127.0.0.1");
}

async function startHttp(): Promise<HttpSystem> {
  const seen: string[] = [];
  const counts = { seen, connections: 0 };
  const server = serveOn(counts);
  await once(server, "listening");
  const proxy = await startProxy();
  const link = await proxy.client.createLink({ name: "web", upstream: `127.0.0.1:${portOf(server)}`, enabled: true, http: true });
  return {
    proxy,
    link,
    seen,
    get connections() {
      return counts.connections;
    },
    add: async (toxic) => {
      await fetch(`http://${proxy.address}/proxies/web/toxics`, { method: "POST", body: JSON.stringify({ name: "t", ...toxic }), headers: { "content-type": "application/json" } });
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  text: string;
  /** From the head to the end of the body. */
  bodyUs: number;
}

async function ask({ host, port }: LinkAddress, agent: Agent, options: { path: string; method?: string; body?: string }): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request({ host, port, agent, path: options.path, method: options.method ?? "GET" }, (incoming) => {
    const headUs = nowUs();
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString(), bodyUs: nowUs() - headUs }));
  });
  outgoing.on("error", reject);
  outgoing.end(options.body);
  return await promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return "unreadable";
  }
}

test("a share of the requests to a route is answered with 503, on one kept connection, and the others are left alone", async () => {
  await using system = await startHttp();
  await system.add({ type: "http_answer", toxicity: 0.5, attributes: { status: 503, retry_after: 0, method: "POST", path: "/api/*" } });
  using agent = kept();
  const statuses: number[] = [];
  for (let n = 0; n < 60; n += 1) {
    const struck = await ask(system.link, agent, { path: `/api/${n}`, method: "POST", body: "x".repeat(n) });
    statuses.push(struck.status);
    expect(parsed(struck.text)).toEqual(struck.status === 200 ? { path: `/api/${n}`, body: "x".repeat(n) } : { error: "Service Unavailable", status: 503 });
    expect((await ask(system.link, agent, { path: `/api/${n}` })).status).toBe(200);
    expect((await ask(system.link, agent, { path: "/other", method: "POST" })).status).toBe(200);
  }
  const refusals = statuses.filter((status) => status === 503).length;
  expect(refusals).toBeGreaterThan(15);
  expect(refusals).toBeLessThan(45);
  expect(system.seen).toHaveLength(180 - refusals);
  expect(system.connections).toBe(1);
  expect((await system.proxy.client.stats("web"))?.toxics[0]).toMatchObject({ connections: 1, requests: refusals });
});

function kept(): Agent & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return Object.assign(agent, { [Symbol.dispose]: () => agent.destroy() });
}

test("an answer is rewritten on its way: the server has seen the request, and those before and after it are left alone", async () => {
  await using system = await startHttp();
  const body = '{"status":"healthy \u2713"}';
  await system.add({ type: "http_rewrite", attributes: { status: 203, body, method: "GET", path: "/length" } });
  using agent = kept();
  const paths = ["/a", "/length", "/b", "/length", "/c"];
  const answers = [];
  for (const path of paths) answers.push(await ask(system.link, agent, { path }));
  expect(answers.map(({ status, text }) => [status, text])).toEqual(paths.map((path) => (path === "/length" ? [203, body] : [200, `{"path":"${path}","body":""}`])));
  expect(system.seen).toEqual(paths);
  expect(system.connections).toBe(1);
  expect((await system.proxy.client.stats("web"))?.toxics[0]).toMatchObject({ requests: 2, bytes: expect.any(Number) });
});

test("429 says when to come back", async () => {
  await using system = await startHttp();
  await system.add({ type: "http_answer", attributes: { status: 429, retry_after: 7 } });
  using agent = kept();
  expect(await ask(system.link, agent, { path: "/" })).toMatchObject({ status: 429, headers: { "retry-after": "7", "content-type": "application/json" } });
});

test("a refusal of HEAD has a head and no body, so that the connection is good for the next one", async () => {
  await using system = await startHttp();
  await system.add({ type: "http_answer", attributes: { status: 503, retry_after: 0, method: "", path: "/bad" } });
  const socket = await dial(system.link);
  socket.end("HEAD /bad HTTP/1.1\r\nhost: a\r\n\r\nGET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, "end");
  expect(text).toMatch(/^HTTP\/1\.1 503 [^{]*\r\n\r\nHTTP\/1\.1 200 /);
});

test("pipelined requests are answered in their order, whoever answers them", async () => {
  await using system = await startHttp();
  await system.add({ type: "http_answer", attributes: { status: 503, retry_after: 0, method: "", path: "/bad*" } });
  const socket = await dial(system.link);
  const paths = Array.from({ length: 200 }, (_, n) => (n % 3 === 0 ? `/bad${n}` : `/good${n}`));
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join(""));
  socket.end("GET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, "end");
  const bodies = [...text.matchAll(/"status":503|h":"([^"]*)"/g)].map((match) => match[1] ?? "503");
  expect(bodies).toEqual([...paths.map((path) => (path.startsWith("/bad") ? "503" : path)), "/last"]);
});

test.each(["/length", "/chunks"])("a malformed body keeps its framing (%s), and the next one is fine", async (path) => {
  await using system = await startHttp();
  await system.add({ type: "http_malformed", attributes: { method: "GET", path } });
  using agent = kept();
  const struck = await ask(system.link, agent, { path });
  expect(struck.status).toBe(200);
  expect(struck.text).toHaveLength(JSON.stringify({ path, body: "" }).length);
  expect(parsed(struck.text)).toBe("unreadable");
  expect(parsed((await ask(system.link, agent, { path: "/next" })).text)).toEqual({ path: "/next", body: "" });
  expect(system.connections).toBe(1);
});

test("a slow body comes late and in order, its head at once", async () => {
  await using system = await startHttp();
  await system.add({ type: "http_slow", attributes: { delay: 40, rate: 500, method: "", path: "/slow*" } });
  using agent = kept();
  const slow = await ask(system.link, agent, { path: "/slow-one" });
  expect(slow.bodyUs).toBeGreaterThanOrEqual(40_000);
  expect(parsed(slow.text)).toEqual({ path: "/slow-one", body: "" });
  expect(parsed((await ask(system.link, agent, { path: "/fast" })).text)).toEqual({ path: "/fast", body: "" });
});

test("removing a slow toxic lets out at once what it held", async () => {
  await using system = await startHttp();
  await system.add({ type: "http_slow", attributes: { delay: 3_600_000, rate: 0 } });
  using agent = kept();
  const answer = ask(system.link, agent, { path: "/slow" });
  while ((await system.proxy.client.stats("web"))?.toxics[0]?.requests !== 1);
  await system.proxy.client.removeToxic("web", "t");
  expect(parsed((await answer).text)).toEqual({ path: "/slow", body: "" });
});

test("a client that waits for leave to send its body is refused at once, and the connection ends", async () => {
  await using system = await startHttp();
  await system.add({ type: "http_answer", attributes: { status: 503, retry_after: 0 } });
  const socket = await dial(system.link);
  socket.write("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n");
  expect(await receive(socket, 100)).toContain("connection: close");
  expect(await fateOf(socket)).toBe("closed");
  expect(system.seen).toEqual([]);
});

test("after an upgrade the bytes are nobody's business", async () => {
  await using system = await startHttp();
  await system.add({ type: "http_answer", attributes: { status: 503, retry_after: 0, method: "", path: "/bad" } });
  const socket = await dial(system.link);
  socket.write("GET /ok HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
  expect(await receive(socket, 70)).toContain("101");
  socket.write("GET /bad HTTP/1.1\r\n\r\n");
  expect(await receive(socket, 21)).toBe("GET /bad HTTP/1.1\r\n\r\n");
  socket.destroy();
});

test("toxics on requests are refused on a link that is not marked, and a marked one says so", async () => {
  await using system = await startHttp();
  const call = async (path: string, body: unknown): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`http://${system.proxy.address}${path}`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    return { status: answer.status, text: await answer.text() };
  };
  const toxic = { name: "t", type: "http_answer", attributes: { status: 503 } };
  expect((await call("/proxies/web/toxics", { ...toxic, stream: "upstream" })).status).toBe(400);
  expect((await call("/proxies/web/toxics", { ...toxic, attributes: { status: 99 } })).status).toBe(400);
  expect((await call("/proxies/web/toxics", { ...toxic, attributes: { status: 503, path: "/a b" } })).status).toBe(400);
  expect((await call("/proxies/web/toxics", toxic)).text).toBe('{"attributes":{"status":503,"retry_after":0,"method":"","path":""},"name":"t","type":"http_answer","stream":"downstream","toxicity":1}');
  expect(await call("/proxies/web", { http: false })).toMatchObject({ status: 400, text: expect.stringContaining("remove them first") });
  await system.proxy.client.removeToxic("web", "t");
  expect((await call("/proxies/web", { http: false })).text).not.toContain("http");
  expect(await call("/proxies/web/toxics", toxic)).toMatchObject({ status: 400, text: expect.stringContaining("not marked http") });
  expect((await call("/proxies/web", { http: true })).text).toContain('"http":true');
});
