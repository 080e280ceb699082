import { Toxiproxy } from "toxiproxy-node-client";
import { expect, test } from "vitest";
import { dial, echo, receive, startProxy, startUpstream } from "./proxy-under-test.ts";

async function call(address: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(`http://${address}${path}`, init);
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

test("an unchanged Toxiproxy client makes, changes and removes proxies and toxics", async () => {
  await using proxy = await startProxy();
  const toxiproxy = new Toxiproxy(`http://${proxy.address}`);
  const made = await toxiproxy.createProxy({ name: "db", listen: "localhost:0", upstream: "localhost:6379" });
  expect(made.listen).toMatch(/^127\.0\.0\.1:\d+$/);
  const toxic = await made.addToxic({ name: "slow", type: "latency", stream: "upstream", toxicity: 1, attributes: { latency: 5, jitter: 1 } });
  const updated = await toxic.update({ ...toxic.toJson(), attributes: { latency: 9, jitter: 2 } });
  expect(updated.attributes).toEqual({ latency: 9, jitter: 2 });
  expect((await made.getToxic("slow")).toJson()).toEqual({ name: "slow", type: "latency", stream: "upstream", toxicity: 1, attributes: { latency: 9, jitter: 2 } });
  const disabled = await made.update({ enabled: false, listen: made.listen, upstream: made.upstream });
  expect(disabled.enabled).toBe(false);
  await toxiproxy.reset();
  const after = await toxiproxy.get("db");
  expect([after.enabled, after.listen]).toEqual([true, made.listen]);
  await expect(made.getToxic("slow")).rejects.toThrow("status code 404");
  const populated = await toxiproxy.populate([{ name: "db", listen: made.listen, upstream: "localhost:6379" }, { name: "mq", listen: "localhost:0", upstream: "localhost:5672" }]);
  expect(Object.keys(populated)).toEqual(["db", "mq"]);
  await after.remove();
  expect(Object.keys(await toxiproxy.getAll())).toEqual(["mq"]);
  expect(await toxiproxy.getVersion()).toContain('"version"');
});

const link = { name: "a", upstream: "127.0.0.1:1" };
const toxic = { type: "latency", attributes: { latency: 1 } };

interface Refused {
  title: string;
  /** Method and path. */
  call: [string, string];
  body?: unknown;
  status: number;
  text: string;
}

const refused: Refused[] = [
  { title: "unknown proxy", call: ["GET", "/proxies/nope"], status: 404, text: "proxy not found" },
  { title: "unknown toxic", call: ["GET", "/proxies/a/toxics/nope"], status: 404, text: "toxic not found" },
  { title: "delete an unknown toxic", call: ["DELETE", "/proxies/a/toxics/nope"], status: 404, text: "toxic not found" },
  { title: "proxy twice", call: ["POST", "/proxies"], body: link, status: 409, text: "proxy already exists" },
  { title: "toxic twice", call: ["POST", "/proxies/a/toxics"], body: toxic, status: 409, text: "toxic already exists" },
  { title: "no name", call: ["POST", "/proxies"], body: { upstream: "127.0.0.1:1" }, status: 400, text: "missing required field: name" },
  { title: "no upstream", call: ["POST", "/proxies"], body: { name: "b" }, status: 400, text: "missing required field: upstream" },
  { title: "no body", call: ["POST", "/proxies"], status: 400, text: "bad request body" },
  { title: "name with a slash", call: ["POST", "/proxies"], body: { ...link, name: "a/b" }, status: 400, text: "bad request body" },
  { title: "name with a control character", call: ["POST", "/proxies"], body: { ...link, name: "a\u0000" }, status: 400, text: "bad request body" },
  { title: "upstream without a port", call: ["POST", "/proxies"], body: { name: "b", upstream: "127.0.0.1" }, status: 400, text: "upstream is not host:port" },
  { title: "upstream that is not loopback", call: ["POST", "/proxies"], body: { name: "b", upstream: "192.0.2.1:80" }, status: 403, text: "not allowed" },
  { title: "metadata address", call: ["POST", "/proxies"], body: { name: "b", upstream: "169.254.169.254:80" }, status: 403, text: "not allowed" },
  { title: "listen on all addresses", call: ["POST", "/proxies"], body: { ...link, name: "b", listen: "0.0.0.0:0" }, status: 403, text: "not a loopback address" },
  { title: "unknown type", call: ["POST", "/proxies/a/toxics"], body: { type: "gremlin" }, status: 400, text: "invalid toxic type" },
  { title: "type from the prototype", call: ["POST", "/proxies/a/toxics"], body: { type: "toString" }, status: 400, text: "invalid toxic type" },
  { title: "unknown stream", call: ["POST", "/proxies/a/toxics"], body: { ...toxic, stream: "sideways" }, status: 400, text: "stream was invalid" },
  { title: "negative attribute", call: ["POST", "/proxies/a/toxics"], body: { ...toxic, name: "n", attributes: { latency: -1 } }, status: 400, text: "latency" },
  { title: "toxicity above 1", call: ["POST", "/proxies/a/toxics"], body: { ...toxic, name: "n", toxicity: 1.5 }, status: 400, text: "toxicity" },
  { title: "populate without a list", call: ["POST", "/populate"], body: { name: "b" }, status: 400, text: "bad request body" },
  { title: "name that is no text", call: ["POST", "/proxies"], body: { ...link, name: 7 }, status: 400, text: "bad request body" },
  { title: "name of 1,000 letters", call: ["POST", "/proxies"], body: { ...link, name: "a".repeat(1000) }, status: 400, text: "bad request body" },
  { title: "a list where a proxy is wanted", call: ["POST", "/proxies"], body: [link], status: 400, text: "bad request body" },
  { title: "port that is none", call: ["POST", "/proxies"], body: { name: "b", upstream: "127.0.0.1:65536" }, status: 400, text: "upstream is not host:port" },
  { title: "listen that is no address", call: ["POST", "/proxies/a"], body: { listen: "nonsense" }, status: 400, text: "listen is not host:port" },
  { title: "move to a stranger", call: ["POST", "/proxies/a"], body: { upstream: "192.0.2.1:80" }, status: 403, text: "not allowed" },
  { title: "enabled that is no truth value", call: ["PATCH", "/proxies/a"], body: { enabled: "false" }, status: 400, text: "bad request body" },
  { title: "attribute that is no number", call: ["POST", "/proxies/a/toxics"], body: { ...toxic, name: "n", attributes: { latency: "9" } }, status: 400, text: "latency" },
  { title: "attribute beyond whole numbers", call: ["POST", "/proxies/a/toxics"], body: { ...toxic, name: "n", attributes: { latency: 1e300 } }, status: 400, text: "latency" },
  { title: "percentage above 100", call: ["POST", "/proxies/a/toxics"], body: { type: "corrupt", attributes: { percent: 101, bytes: 1 } }, status: 400, text: "percent" },
  { title: "change of a toxic to nonsense", call: ["POST", "/proxies/a/toxics/latency_downstream"], body: { attributes: { latency: -5 } }, status: 400, text: "latency" },
  { title: "populate with one bad entry", call: ["POST", "/populate"], body: [{ ...link, name: "b" }, { name: "c" }], status: 400, text: "upstream at proxy 2" },
  { title: "path that cannot be decoded", call: ["GET", "/proxies/%zz"], status: 400, text: "bad request path" },
  { title: "slashes in a path", call: ["GET", "/proxies/%2e%2e%2fa"], status: 404, text: "proxy not found" },
  { title: "control characters in a path", call: ["DELETE", "/proxies/%00%0a"], status: 404, text: "proxy not found" },
  { title: "unknown path", call: ["GET", "/elsewhere"], status: 404, text: "no such path" },
  { title: "wrong method", call: ["PUT", "/proxies"], status: 405, text: "method not allowed" },
];

test.each(refused)("$title is refused and changes nothing", async ({ call: [method, path], body, status, text }) => {
  await using proxy = await startProxy();
  await call(proxy.address, "POST", "/proxies", link);
  await call(proxy.address, "POST", "/proxies/a/toxics", toxic);
  const before = await call(proxy.address, "GET", "/proxies");
  const answer = await call(proxy.address, method, path, body);
  expect(answer).toEqual({ status, body: { error: expect.stringContaining(text), status } });
  expect(await call(proxy.address, "GET", "/proxies")).toEqual(before);
});

test.each([
  ["not JSON", "content-length: 3\r\n\r\n{a}", 400],
  ["cut JSON", 'content-length: 9\r\n\r\n{"name":"', 400],
  ["10 MiB announced", "content-length: 10485760\r\n\r\nx", 413],
  ["10 MiB in chunks", `transfer-encoding: chunked\r\n\r\n${`100000\r\n${"x".repeat(1_048_576)}\r\n`.repeat(10)}0\r\n\r\n`, 413],
  ["no content type", "content-length: 2\r\n\r\n{}", 415],
])("a body that is bad (%s) is refused, and the next request is served", async (title, body, status) => {
  await using proxy = await startProxy();
  const [host = "", port = ""] = proxy.address.split(":");
  const socket = await dial({ host, port: Number(port) });
  socket.on("error", () => undefined);
  const type = title === "no content type" ? "" : "content-type: application/json\r\n";
  const answer = receive(socket, 12);
  socket.write(`POST /proxies HTTP/1.1\r\nhost: ${proxy.address}\r\n${type}${body}`);
  expect((await answer).slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
  socket.destroy();
  expect(await call(proxy.address, "GET", "/proxies")).toEqual({ status: 200, body: {} });
});

test("status codes of success are Toxiproxy's", async () => {
  await using proxy = await startProxy();
  const statuses: number[] = [];
  const record = async (...request: [string, string, unknown?]): Promise<void> => void statuses.push((await call(proxy.address, ...request)).status);
  await record("POST", "/proxies", link);
  await record("POST", "/proxies/a/toxics", toxic);
  await record("PATCH", "/proxies/a/toxics/latency_downstream", { toxicity: 0.5 });
  await record("GET", "/proxies/a/toxics");
  await record("DELETE", "/proxies/a/toxics/latency_downstream");
  await record("PATCH", "/proxies/a", { enabled: false });
  await record("POST", "/populate", [{ ...link, name: "b" }]);
  await record("POST", "/reset");
  await record("DELETE", "/proxies/a");
  expect(statuses).toEqual([201, 200, 200, 200, 204, 200, 201, 204, 204]);
});

test("metrics are text for Prometheus, with Toxiproxy's own series and what each toxic touched", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream((socket) => socket.on("data", () => socket.end("four")));
  const { name, port } = await proxy.link(upstream, { name: "slow", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 1, jitter: 0 } });
  const socket = await dial({ host: "127.0.0.1", port });
  socket.write("three");
  expect(await receive(socket, 4)).toBe("four");
  const answer = await fetch(`http://${proxy.address}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await answer.text()).split("\n");
  const where = `proxy="${name}",listener="127.0.0.1:${port}",upstream="127.0.0.1:${upstream.port}"`;
  expect(lines).toContain(`toxiproxy_proxy_received_bytes_total{direction="upstream",${where}} 5`);
  expect(lines).toContain(`toxiproxy_proxy_sent_bytes_total{direction="downstream",${where}} 4`);
  expect(lines).toContain(`roadworthy_proxy_connections_total{proxy="${name}"} 1`);
  expect(lines).toContain(`roadworthy_toxic_bytes_total{proxy="${name}",toxic="slow",type="latency",stream="downstream"} 4`);
  expect(lines.filter((line) => line !== "" && !line.startsWith("#")).every((line) => /^[a-z_]+\{[^{}]*\} \d+$/.test(line))).toBe(true);
});

test("populate that fails half-way says what was made", async () => {
  await using proxy = await startProxy();
  await using taken = await startUpstream(echo);
  const answer = await call(proxy.address, "POST", "/populate", [link, { ...link, name: "b", listen: `127.0.0.1:${taken.port}` }]);
  expect(answer).toEqual({ status: 500, body: { error: expect.stringContaining("EADDRINUSE"), status: 500, proxies: [expect.objectContaining({ name: "a" })] } });
});

test("a change of upstream moves the link on the same port", async () => {
  await using proxy = await startProxy();
  await using first = await startUpstream((socket) => socket.end("first"));
  await using second = await startUpstream((socket) => socket.end("other"));
  const address = await proxy.link(first);
  expect(await receive(await dial(address), 5)).toBe("first");
  await call(proxy.address, "PATCH", `/proxies/${address.name}`, { upstream: `127.0.0.1:${second.port}` });
  expect(await receive(await dial(address), 5)).toBe("other");
});

test("an upstream name is judged by the address it resolves to, when it is connected to", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream((socket) => socket.end("hello"));
  const address = await proxy.client.createLink({ name: "named", upstream: `localhost:${upstream.port}`, enabled: true });
  expect(await receive(await dial(address), 5)).toBe("hello");
});
