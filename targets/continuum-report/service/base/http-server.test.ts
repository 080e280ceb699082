import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BadRequest, DocumentFault, Unavailable } from "./failure.ts";
import { askUpstream } from "./http-client.ts";
import { listen } from "./http-server.ts";
import type { Listening } from "./http-server.ts";
import type { Route } from "./route-table.ts";

const answered: string[] = [];

const routes: readonly Route[] = [
  { method: "POST", path: "/echo", answer: async (ask) => ({ status: 200, body: await ask.json() }) },
  { method: "GET", path: "/documents/:id", answer: ({ parameters }) => ({ status: Number(parameters["id"]), body: {} }) },
  { method: "GET", path: "/text", answer: () => ({ status: 200, body: "queue 3\n" }) },
  { method: "GET", path: "/stuck", answer: () => Promise.withResolvers<never>().promise },
  { method: "GET", path: "/refused", answer: () => Promise.reject(new BadRequest("no")) },
  { method: "GET", path: "/down", answer: () => Promise.reject(new Unavailable("redis", "not connected", { effect: "none" })) },
];

let server: Listening;
beforeAll(async () => {
  server = await listen({ host: "127.0.0.1", port: 0, routes, limitMs: 50, onAnswered: (path, status) => answered.push(`${status} ${path}`) });
});
afterAll(() => server.close());

/** Sends to the server under test; status and body of its answer. */
async function send(method: string, path: string, body = ""): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const outgoing = request({ host: "127.0.0.1", port: server.port, method, path, agent: false }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
  });
  outgoing.on("error", reject).end(body);
  return promise;
}

function upstream(path: string, body?: unknown): Promise<unknown> {
  const url = `http://127.0.0.1:${server.port}${path}`;
  return askUpstream({ dependency: "paperless", url, limitMs: 5_000, signal: new AbortController().signal, ...(body === undefined ? {} : { body }) });
}

describe("server", () => {
  it.each([
    { method: "POST", path: "/echo", body: '{"a":1}', status: 200, text: '{"a":1}' },
    { method: "POST", path: "/echo", body: "{", status: 400, text: '{"status":"error","message":"body is not JSON"}' },
    { method: "POST", path: "/echo", body: "x".repeat(70_000), status: 400, text: '{"status":"error","message":"body larger than 65536 bytes"}' },
    { method: "GET", path: "/text", status: 200, text: "queue 3\n" },
    { method: "GET", path: "/nowhere", status: 404, text: '{"status":"error","message":"no such route"}' },
    { method: "GET", path: "/refused", status: 400, text: '{"status":"error","message":"no"}' },
    { method: "GET", path: "/down", status: 503, text: '{"status":"unavailable","dependency":"redis","effect":"none","message":"redis: not connected"}' },
    { method: "GET", path: "/stuck", status: 503, text: '{"status":"unavailable","dependency":"service","effect":"unknown","message":"service: no answer within 50 ms"}' },
  ])("$method $path: $status", async ({ method, path, body, status, text }) => {
    expect(await send(method, path, body)).toEqual({ status, text });
  });

  it("counts answers by the route's pattern, not by the path asked for", async () => {
    await send("GET", "/documents/201");
    expect(answered).toContain("201 /documents/:id");
  });
});

describe("client of an upstream", () => {
  it("hands over the answer", async () => {
    expect(await upstream("/echo", { prompt: "p" })).toEqual({ prompt: "p" });
  });

  it.each([404, 410, 422])("takes %i for the document's fault", async (status) => {
    await expect(upstream(`/documents/${status}`)).rejects.toBeInstanceOf(DocumentFault);
  });

  it.each([401, 429, 500, 503])("takes %i for the upstream's trouble, though it answered", async (status) => {
    await expect(upstream(`/documents/${status}`)).rejects.toMatchObject({ name: "Unavailable", answered: true });
  });

  it("knows an upstream that is not there", async () => {
    const gone = await listen({ host: "127.0.0.1", port: 0, routes, limitMs: 50 });
    await gone.close();
    const url = `http://127.0.0.1:${gone.port}/text`;
    const asked = askUpstream({ dependency: "ollama", url, limitMs: 5_000, signal: new AbortController().signal });
    await expect(asked).rejects.toMatchObject({ name: "Unavailable", dependency: "ollama", answered: false });
  });
});
