import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { connectProxy } from "./client.ts";
import { dial, echo, fateOf, portOf, receive, startProxy, startUpstream } from "./proxy-under-test.ts";
import { undoOfDisable, undoOfLink, undoOfToxic, type ProxyUndo } from "./undo.ts";

async function carryOut(address: string, { request }: Pick<ProxyUndo, "request">): Promise<{ status: number; body: unknown }> {
  const { method, path, body } = request;
  const init = body === null ? { method } : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(`http://${address}${path}`, init);
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

test("a link is made, listed, disabled, enabled on the same port, and removed", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream);
  const socket = await dial(link);
  socket.write("hi");
  expect(await receive(socket, 2)).toBe("hi");
  const fate = fateOf(socket);
  await proxy.client.setEnabled(link.name, false);
  expect(await fate).toMatch(/closed|ECONNRESET/);
  await expect(dial(link)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await proxy.client.setEnabled(link.name, true);
  const [listed] = await proxy.client.list();
  expect(listed).toEqual({ ...link, upstream: `127.0.0.1:${upstream.port}`, enabled: true, toxics: [] });
  const again = await dial(link);
  again.end("yo");
  expect(await receive(again, 2)).toBe("yo");
  await proxy.client.removeLink(link.name);
  await proxy.client.removeLink(link.name);
  expect(await proxy.client.list()).toEqual([]);
  expect(await proxy.client.stats(link.name)).toBeNull();
});

test("a link may begin disabled and knows its port all the same", async () => {
  await using proxy = await startProxy();
  const link = await proxy.client.createLink({ name: "later", upstream: "127.0.0.1:1", enabled: false });
  expect(link.port).toBeGreaterThan(0);
  await expect(dial(link)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("the stats count connections, bytes each way, refusals, and what each toxic touched", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream((socket) => socket.on("data", () => socket.end("four")));
  const link = await proxy.link(
    upstream,
    { name: "slow", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 1, jitter: 0 } },
    { name: "never", type: "latency", stream: "downstream", toxicity: 0, attributes: { latency: 1, jitter: 0 } },
  );
  const socket = await dial(link);
  socket.end("six by");
  expect(await receive(socket, 4)).toBe("four");
  expect(await proxy.client.stats(link.name)).toMatchObject({
    accepted: 1,
    upstreamRefused: 0,
    bytesUp: 6,
    bytesDown: 4,
    toxics: [
      { name: "slow", type: "latency", stream: "downstream", connections: 1, bytes: 4 },
      { name: "never", type: "latency", stream: "downstream", connections: 0, bytes: 0 },
    ],
  });
});

test("an upstream that is down is counted, and its clients are cut", async () => {
  await using proxy = await startProxy();
  const upstream = await startUpstream(echo);
  const link = await proxy.link(upstream);
  await upstream[Symbol.asyncDispose]();
  expect(await fateOf(await dial(link))).toMatch(/closed|ECONNRESET/);
  expect(await proxy.client.stats(link.name)).toMatchObject({ accepted: 1, current: 0, upstreamRefused: 1, lastUpstreamError: expect.stringContaining("ECONNREFUSED") });
});

test("undo as data heals, may be repeated, and can be verified", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, { name: "hold", type: "timeout", stream: "upstream", toxicity: 1, attributes: { timeout: 0 } });
  await proxy.client.setEnabled(link.name, false);
  for (const undo of [undoOfToxic(link.name, "hold"), undoOfDisable(link.name), undoOfLink(link.name)]) {
    const before = await carryOut(proxy.address, undo.verify);
    expect(undo.verify.status.includes(before.status) && matches(before.body, undo.verify.fields)).toBe(false);
    for (let round = 0; round < 2; round += 1) expect(undo.doneStatus).toContain((await carryOut(proxy.address, undo)).status);
    const after = await carryOut(proxy.address, undo.verify);
    expect(undo.verify.status).toContain(after.status);
    if (after.status === 200) expect(after.body).toMatchObject(undo.verify.fields);
  }
});

function matches(body: unknown, fields: object): boolean {
  return Object.entries(fields).every(([name, value]) => Object.entries(body ?? {}).some(([key, found]) => key === name && found === value));
}

test("errors of the proxy and a proxy that is not there say what could not be done", async () => {
  await using proxy = await startProxy();
  await expect(proxy.client.setEnabled("nope", true)).rejects.toMatchObject({ code: "proxy-unavailable", message: expect.stringContaining("cannot enable nope") });
  await expect(connectProxy("127.0.0.1:1").version()).rejects.toMatchObject({ code: "proxy-unavailable", where: "127.0.0.1:1" });
});

test("a proxy that never answers is given up", async () => {
  const silent = createServer((socket) => void socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  await expect(connectProxy(`127.0.0.1:${portOf(silent)}`, 50).reset()).rejects.toMatchObject({ message: expect.stringContaining("no answer within 50 ms") });
  silent.close();
});
