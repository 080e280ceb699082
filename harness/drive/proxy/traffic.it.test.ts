/** What must hold whatever the toxics do: every byte once and in order, ends passed through, nothing left open, memory bounded. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { dice, integerBetween } from "../../base/random.ts";
import { poll, nowUs, wait } from "../../base/time.ts";
import type { ToxicRequest } from "./client.ts";
import { dial, echo, fateOf, receive, startProxy, startUpstream, type ProxyUnderTest } from "./proxy-under-test.ts";

const mebibyte = 1_048_576;

/** Loss-free toxics, mild enough that traffic goes on. */
function mildToxics(roll: () => number): ToxicRequest[] {
  const where = { stream: roll() < 0.5 ? "upstream" : "downstream", toxicity: 1 } as const;
  return [
    { name: "t0", ...where, type: "latency", attributes: { latency: integerBetween(roll, 0, 5), jitter: integerBetween(roll, 0, 5) } },
    { name: "t1", ...where, type: "slicer", attributes: { average_size: integerBetween(roll, 500, 5000), size_variation: 400, delay: integerBetween(roll, 0, 50) } },
    { name: "t2", ...where, type: "bandwidth", attributes: { rate: integerBetween(roll, 20_000, 90_000) } },
    { name: "t3", ...where, type: "slow_close", attributes: { delay: 1 } },
  ];
}

/** Sends a pattern that never repeats, doing `between` after each MiB while that is still on its way. Returns its SHA-256. */
async function sendAll(socket: Socket, totalBytes: number, between?: () => Promise<void>): Promise<string> {
  const hash = createHash("sha256");
  for (let sent = 0; sent < totalBytes; sent += mebibyte) {
    const block = Buffer.alloc(mebibyte);
    for (let at = 0; at < mebibyte; at += 4) block.writeUInt32LE((sent + at) >>> 0, at);
    hash.update(block);
    const isTaken = socket.write(block);
    await between?.();
    if (!isTaken && socket.writableNeedDrain) await once(socket, "drain");
  }
  socket.end();
  return hash.digest("hex");
}

async function hashOf(socket: Socket): Promise<string> {
  const hash = createHash("sha256");
  socket.on("data", (chunk: Buffer) => hash.update(chunk));
  await once(socket, "end");
  return hash.digest("hex");
}

test("R9: 64 MiB there and back through hundreds of toxic changes arrive byte for byte", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream);
  const socket = await dial(link);
  const roll = dice(7, "toxic changes");
  let changes = 0;
  const change = async (): Promise<void> => {
    for (const toxic of mildToxics(roll)) {
      await proxy.client.removeToxic(link.name, toxic.name);
      if (roll() < 0.6) await proxy.client.addToxic(link.name, toxic);
      changes += 1;
    }
  };
  const [sent, received] = await Promise.all([sendAll(socket, 64 * mebibyte, change), hashOf(socket)]);
  expect(received).toBe(sent);
  expect(changes).toBe(256);
  expect(await proxy.client.stats(link.name)).toMatchObject({ accepted: 1, bytesUp: 64 * mebibyte, bytesDown: 64 * mebibyte });
});

test("reset under load leaves a plain pass-through", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, ...mildToxics(dice(1, "reset")));
  const socket = await dial(link);
  const traffic = Promise.all([sendAll(socket, 4 * mebibyte), hashOf(socket)]);
  await proxy.client.reset();
  const [sent, received] = await traffic;
  expect(received).toBe(sent);
  expect((await proxy.client.stats(link.name))?.toxics).toEqual([]);
});

test("a half-close reaches the other side, which may still answer", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream((socket) => {
    let heard = "";
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    socket.on("end", () => socket.end(`heard ${heard}`));
  });
  const socket = await dial(await proxy.link(upstream));
  socket.end("all of it");
  expect(await receive(socket, 15)).toBe("heard all of it");
});

test("a reset by the upstream reaches the client as a reset", async () => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream((socket) => socket.once("data", () => socket.resetAndDestroy()));
  const socket = await dial(await proxy.link(upstream));
  socket.write("x");
  expect(await fateOf(socket)).toBe("ECONNRESET");
});

test("a reset by the client reaches the upstream as a reset", async () => {
  await using proxy = await startProxy();
  const fate = Promise.withResolvers<string>();
  await using upstream = await startUpstream((socket) => {
    socket.write("hello");
    void fateOf(socket).then(fate.resolve);
  });
  const socket = await dial(await proxy.link(upstream));
  expect(await receive(socket, 5)).toBe("hello");
  socket.resetAndDestroy();
  expect(await fate.promise).toBe("ECONNRESET");
});

async function untilNoneOpen(proxy: ProxyUnderTest, linkName: string): Promise<number | undefined> {
  const deadlineUs = nowUs() + 20_000_000;
  return await poll(async () => ((await proxy.client.stats(linkName))?.current === 0 ? 0 : undefined), { intervalMs: 10, deadlineUs });
}

test.each([
  ["no toxic", []],
  ["latency", [{ name: "t", type: "latency", stream: "upstream", toxicity: 1, attributes: { latency: 10, jitter: 0 } }]],
  ["timeout", [{ name: "t", type: "timeout", stream: "upstream", toxicity: 1, attributes: { timeout: 0 } }]],
] satisfies [string, ToxicRequest[]][])("300 connections abandoned in the middle leave no socket behind: %s", async (_title, toxics) => {
  await using proxy = await startProxy();
  await using upstream = await startUpstream(echo);
  const link = await proxy.link(upstream, ...toxics);
  const sockets = await Promise.all(Array.from({ length: 300 }, () => dial(link)));
  for (const [index, socket] of sockets.entries()) {
    socket.on("error", () => undefined);
    socket.write("x".repeat(50_000));
    if (index % 3 === 0) socket.resetAndDestroy();
    else if (index % 3 === 1) socket.destroy();
    else socket.resume().end();
  }
  expect(await untilNoneOpen(proxy, link.name)).toBe(0);
  expect((await proxy.client.stats(link.name))?.accepted).toBe(300);
  while (upstream.sockets.size > 0) await wait(5);
});

test("a client that never reads makes the upstream wait instead of filling memory", async () => {
  await using proxy = await startProxy();
  let writtenBytes = 0;
  await using upstream = await startUpstream((socket) => {
    const more = (): void => {
      let isTaken = true;
      while (isTaken && writtenBytes < 512 * mebibyte) {
        isTaken = socket.write(Buffer.alloc(65_536));
        writtenBytes += 65_536;
      }
    };
    socket.on("drain", more);
    more();
  });
  const link = await proxy.link(upstream, { name: "t", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 1, jitter: 0 } });
  const socket = await dial(link);
  socket.pause();
  // It has come to rest when nothing moves between two looks.
  let lastBytes = -1;
  while (lastBytes !== writtenBytes) {
    lastBytes = writtenBytes;
    await wait(200);
  }
  expect(writtenBytes).toBeLessThan(64 * mebibyte);
  socket.destroy();
  expect(await untilNoneOpen(proxy, link.name)).toBe(0);
});
