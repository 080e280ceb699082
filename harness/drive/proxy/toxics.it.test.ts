/**
 * What each toxic does to real connections. Times are asserted from below only, from before the first packet: a busy machine is late,
 * never early. (But for the millisecond by which a bare timer may be early, as it counts from the start of the loop's turn.)
 */

import { expect, test } from "vitest";
import { nowUs } from "../../base/time.ts";
import type { ToxicRequest } from "./client.ts";
import { dial, echo, fateOf, receive, startProxy, startUpstream, type ProxyUnderTest } from "./proxy-under-test.ts";
import type { ToxicSpec } from "./toxics/index.ts";

function toxic(spec: ToxicSpec, stream: "upstream" | "downstream" = "downstream", toxicity = 1): ToxicRequest {
  return { name: `${spec.type}_test`, stream, toxicity, ...spec };
}

async function touched(proxy: ProxyUnderTest, link: { name: string }): Promise<number | undefined> {
  return (await proxy.client.stats(link.name))?.toxics[0]?.connections;
}

test.each(["upstream", "downstream"] as const)("latency delays what goes %s", async (stream) => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "latency", attributes: { latency: 60, jitter: 0 } }, stream));
  const socket = await dial(link);
  const startUs = nowUs();
  socket.end("ping");
  expect(await receive(socket, 4)).toBe("ping");
  expect(nowUs() - startUs).toBeGreaterThanOrEqual(60_000);
  expect(await touched(proxy, link)).toBe(1);
});

test("removing latency lets out at once what it held", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "latency", attributes: { latency: 3_600_000, jitter: 0 } }, "upstream"));
  const socket = await dial(link);
  socket.end("held for an hour");
  while ((await touched(proxy, link)) !== 1);
  await proxy.client.removeToxic(link.name, "latency_test");
  expect(await receive(socket, 16)).toBe("held for an hour");
});

test("timeout drops data and closes after its time", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "timeout", attributes: { timeout: 50 } }));
  const startUs = nowUs();
  const socket = await dial(link);
  socket.write("into the void");
  const fate = await fateOf(socket);
  expect(nowUs() - startUs).toBeGreaterThanOrEqual(49_000);
  expect(fate).toBe("closed");
  expect(socket.bytesRead).toBe(0);
  expect(await touched(proxy, link)).toBe(1);
});

test("timeout 0 holds the connection until it is removed, then closes it", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "timeout", attributes: { timeout: 0 } }, "upstream"));
  const socket = await dial(link);
  socket.write("into the void");
  while ((await touched(proxy, link)) !== 1);
  expect(socket.destroyed).toBe(false);
  const fate = fateOf(socket);
  await proxy.client.removeToxic(link.name, "timeout_test");
  expect(await fate).toBe("closed");
  expect(socket.bytesRead).toBe(0);
});

test("reset_peer resets both sides", async () => {
  await using proxy = await startProxy();
  const { promise: serverFate, resolve } = Promise.withResolvers<string>();
  await using upstream = await startUpstream((socket) => {
    socket.resume();
    void fateOf(socket).then(resolve);
  });
  const link = await proxy.link(upstream, toxic({ type: "reset_peer", attributes: { timeout: 30 } }, "upstream"));
  const socket = await dial(link);
  const startUs = nowUs();
  socket.write("hello");
  expect(await fateOf(socket)).toBe("ECONNRESET");
  expect(nowUs() - startUs).toBeGreaterThanOrEqual(29_000);
  expect(await serverFate).toBe("ECONNRESET");
});

test("reset_peer of 0 ms hits a connection that was open before, with its next data", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream);
  const socket = await dial(link);
  socket.write("a");
  expect(await receive(socket, 1)).toBe("a");
  await proxy.client.addToxic(link.name, toxic({ type: "reset_peer", attributes: { timeout: 0 } }, "upstream"));
  socket.write("b");
  expect(await fateOf(socket)).toBe("ECONNRESET");
});

test("a reset_peer that is removed in time has cost nothing", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "reset_peer", attributes: { timeout: 3_600_000 } }, "upstream"));
  const socket = await dial(link);
  socket.end("spared");
  while ((await touched(proxy, link)) !== 1);
  await proxy.client.removeToxic(link.name, "reset_peer_test");
  expect(await receive(socket, 6)).toBe("spared");
});

test("bandwidth takes its time", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "bandwidth", attributes: { rate: 100 } }));
  const socket = await dial(link);
  const startUs = nowUs();
  socket.end("x".repeat(8_000));
  expect(await receive(socket, 8_000)).toHaveLength(8_000);
  expect(nowUs() - startUs).toBeGreaterThanOrEqual(80_000);
});

test("slicer keeps the bytes and their order", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "slicer", attributes: { average_size: 7, size_variation: 3, delay: 10 } }));
  const socket = await dial(link);
  const text = Array.from({ length: 500 }, (_, index) => index).join(" ");
  socket.end(text);
  expect(await receive(socket, text.length)).toBe(text);
});

test("slow_close delays the end and not the data", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream((socket) => socket.end("bye"));
  const link = await proxy.link(upstream, toxic({ type: "slow_close", attributes: { delay: 50 } }));
  const startUs = nowUs();
  const socket = await dial(link);
  expect(await receive(socket, 3)).toBe("bye");
  expect(socket.readableEnded).toBe(false);
  expect(await fateOf(socket)).toBe("closed");
  expect(nowUs() - startUs).toBeGreaterThanOrEqual(50_000);
});

test("limit_data closes after so many bytes", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "limit_data", attributes: { bytes: 5 } }));
  const socket = await dial(link);
  const received = receive(socket, 5);
  socket.write("0123456789");
  expect(await received).toBe("01234");
  expect(await fateOf(socket)).toMatch(/closed|ECONNRESET/);
  expect(socket.bytesRead).toBe(5);
});

test("toxicity 0 equals no toxic, and raising it strikes connections that are open", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const spec = { type: "reset_peer", attributes: { timeout: 0 } } as const;
  const link = await proxy.link(upstream, toxic(spec, "upstream", 0));
  const socket = await dial(link);
  socket.write("a");
  expect(await receive(socket, 1)).toBe("a");
  expect(await touched(proxy, link)).toBe(0);
  await fetch(`http://${proxy.address}/proxies/${link.name}/toxics/reset_peer_test`, { method: "PATCH", body: '{"toxicity":1}', headers: { "content-type": "application/json" } });
  socket.write("b");
  expect(await fateOf(socket)).toBe("ECONNRESET");
});

test("toxicity between 0 and 1 strikes some connections and not others", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "reset_peer", attributes: { timeout: 0 } }, "upstream", 0.5));
  const fates = new Set<string>();
  for (let index = 0; index < 20; index += 1) {
    const socket = await dial(link);
    socket.end("x");
    fates.add(await fateOf(socket));
  }
  expect([...fates].toSorted()).toEqual(["ECONNRESET", "closed"]);
});

test("a partition lets nothing through one way, tells nobody, and afterwards all of it arrives", async () => {
  await using proxy = await startProxy();
  let heard = "";
  await using upstream = await startUpstream((socket) => {
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    socket.on("end", () => socket.end("heard it"));
    socket.write("hello");
  });
  const link = await proxy.link(upstream, toxic({ type: "partition", attributes: {} }, "upstream"));
  const socket = await dial(link);
  // The other direction works meanwhile.
  expect(await receive(socket, 5)).toBe("hello");
  socket.end("one way");
  while ((await touched(proxy, link)) !== 1);
  expect(heard).toBe("");
  await proxy.client.removeToxic(link.name, "partition_test");
  expect(await receive(socket, 8)).toBe("heard it");
  expect(heard).toBe("one way");
});

test("corruption changes bytes and neither their number nor the end", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, toxic({ type: "corrupt", attributes: { percent: 100, bytes: 1 } }));
  const socket = await dial(link);
  socket.end("a".repeat(1000));
  const received = await receive(socket, 1000);
  expect(received).toHaveLength(1000);
  expect(received).not.toBe("a".repeat(1000));
});
