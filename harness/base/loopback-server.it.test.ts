import { once } from "node:events";
import { request, type OutgoingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { startLoopbackServer, type LoopbackServer } from "./loopback-server.ts";

async function start(): Promise<LoopbackServer> {
  return await startLoopbackServer({ host: "127.0.0.1", port: 0, bodyLimitBytes: 1000, refuseBrowsers: true, handle: ({ method, path, body }) => ({ status: 200, body: { method, path, body } }) });
}

interface Sent {
  headers?: OutgoingHttpHeaders;
  body?: string;
  path?: string;
}

async function send(server: Pick<LoopbackServer, "host" | "port">, { headers = {}, body, path = "/x" }: Sent): Promise<{ status: number | undefined; text: string }> {
  const outgoing = request({ host: server.host, port: server.port, method: body === undefined ? "GET" : "POST", path, headers, agent: false });
  outgoing.on("error", () => undefined);
  outgoing.end(body);
  const [incoming] = await once(outgoing, "response");
  let text = "";
  for await (const chunk of incoming) text += String(chunk);
  return { status: incoming.statusCode, text };
}

const json = { "content-type": "application/json" };

const accepted: [string, Sent][] = [
  ["a plain GET", {}],
  ["JSON", { headers: json, body: '{"a":1}' }],
  ["JSON with a character set", { headers: { "content-type": "application/json; charset=utf-8" }, body: "[]" }],
  ["Host localhost", { headers: { host: "localhost:1234" } }],
  ["Host [::1]", { headers: { host: "[::1]" } }],
  ["Host 127.0.0.1 without a port", { headers: { host: "127.0.0.1" } }],
  ["its own origin", { headers: { host: "localhost:1234", origin: "http://localhost:1234", "sec-fetch-site": "same-origin" } }],
];

test.each(accepted)("R33: %s is answered", async (_title, sent) => {
  await using server = await start();
  expect((await send(server, sent)).status).toBe(200);
});

const refused: [string, Sent, number][] = [
  ["a browser", { headers: { "user-agent": "Mozilla/5.0 (X11)" } }, 403],
  ["a foreign Host", { headers: { host: "evil.example" } }, 403],
  ["a Host that begins like ours", { headers: { host: "127.0.0.1.evil.example" } }, 403],
  ["a Host with a user before it", { headers: { host: "127.0.0.1:80@evil.example" } }, 403],
  ["a foreign Origin", { headers: { origin: "http://evil.example" } }, 403],
  ["the opaque Origin", { headers: { origin: "null" } }, 403],
  ["another port of this machine as Origin", { headers: { host: "127.0.0.1:1", origin: "http://127.0.0.1:2" } }, 403],
  ["a foreign Referer", { headers: { referer: "http://evil.example/page" } }, 403],
  ["a request that a browser calls cross-site", { headers: { "sec-fetch-site": "cross-site" } }, 403],
  ["a request that a browser calls same-site", { headers: { "sec-fetch-site": "same-site" } }, 403],
  ["a form", { headers: { "content-type": "application/x-www-form-urlencoded" }, body: '{"a":1}' }, 415],
  ["text", { headers: { "content-type": "text/plain" }, body: '{"a":1}' }, 415],
  ["a body without a type", { body: '{"a":1}' }, 415],
  ["broken JSON", { headers: json, body: "{" }, 400],
  ["a body over the limit", { headers: json, body: `"${"x".repeat(1000)}"` }, 413],
  ["a body over the limit without a length", { headers: { ...json, "transfer-encoding": "chunked" }, body: `"${"x".repeat(1000)}"` }, 413],
  ["a broken path", { path: "/%zz" }, 400],
];

test.each(refused)("R33: %s is refused", async (_title, sent, status) => {
  await using server = await start();
  const answer = await send(server, sent);
  expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String), status });
  expect(answer.status).toBe(status);
  expect((await send(server, {})).status).toBe(200);
});

test("the path comes in decoded parts, without the query", async () => {
  await using server = await start();
  expect(JSON.parse((await send(server, { path: "/a%20b/c%2Fd?q=1" })).text)).toEqual({ method: "GET", path: ["a b", "c/d"] });
});

test("R33: the matrix has 24 rows", () => {
  expect(accepted.length + refused.length).toBe(24);
});

const token = "0123456789abcdef";
const withToken = { authorization: `Bearer ${token}` };

const fromOutside: [string, OutgoingHttpHeaders, number][] = [
  ["the token", withToken, 200],
  ["the token and an address as Host", { ...withToken, host: "192.0.2.1:8474" }, 200],
  ["no token", {}, 401],
  ["another token", { authorization: "Bearer 0123456789abcdeg" }, 401],
  ["the beginning of the token", { authorization: "Bearer 0123456789abcde" }, 401],
  ["an empty token", { authorization: "Bearer " }, 401],
  ["the token in another scheme", { authorization: `Basic ${token}` }, 401],
  ["the token from a browser", { ...withToken, "user-agent": "Mozilla/5.0 (X11)" }, 403],
  ["the token and a foreign Host", { ...withToken, host: "evil.example" }, 403],
  ["the token and a foreign Origin", { ...withToken, origin: "http://evil.example" }, 403],
];

test.each(fromOutside)("R33: elsewhere than on loopback, a request with %s", async (_title, headers, status) => {
  await using server = await startLoopbackServer({ host: "0.0.0.0", port: 0, bodyLimitBytes: 1, refuseBrowsers: true, token, handle: () => ({ status: 200 }) });
  expect((await send({ ...server, host: "127.0.0.1" }, { headers })).status).toBe(status);
});

test("R33: a token that could be guessed is refused", async () => {
  await expect(startLoopbackServer({ host: "0.0.0.0", port: 0, bodyLimitBytes: 1, refuseBrowsers: true, token: token.slice(1), handle: () => ({ status: 200 }) })).rejects.toMatchObject({ code: "usage" });
});

test("R33: without a token only loopback is listened on, and a port that is taken is said", async () => {
  const options = { port: 0, bodyLimitBytes: 1, refuseBrowsers: false, handle: () => ({ status: 200 }) };
  await expect(startLoopbackServer({ ...options, host: "0.0.0.0" })).rejects.toMatchObject({ code: "not-allowed" });
  await using server = await start();
  await expect(startLoopbackServer({ ...options, host: "127.0.0.1", port: server.port })).rejects.toMatchObject({ code: "port-taken" });
});
