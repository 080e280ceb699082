/** What connections meet: bytes and ends, links that are closed and opened, toxicity, and what becomes of connections when a toxic goes. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { wait } from "../../../base/time.ts";
import { dial, echo, fateOf, receive } from "../proxy-under-test.ts";
import type { Case } from "./case.fixture.ts";
import type { Stage, StageLink, Toxic } from "./stage.fixture.ts";

const mebibyte = 1_048_576;
const hourMs = 3_600_000;

function digest(text: string): string {
  return createHash("sha256").update(text, "latin1").digest("hex");
}

async function refused(link: { host: string; port: number }): Promise<string> {
  return await dial(link).then(
    (socket) => {
      socket.destroy();
      return "connected";
    },
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

/** A connection over which something went before the toxic came. */
async function openConnection(stage: Stage, serve: (socket: Socket) => void, ...toxics: Toxic[]): Promise<{ link: StageLink; socket: Socket }> {
  const link = await stage.link(serve, ...toxics);
  const socket = await stage.dial(link);
  socket.write("a");
  await receive(socket, 1);
  return { link, socket };
}

/** Longer than a machine stands still: between two writes less must pass. */
const toxicMs = 2500;

/** Writes until the other side closes, at most for four seconds: whether it closed. */
async function closesWhileBusy(socket: Socket): Promise<boolean> {
  const closed = once(socket, "close").then(() => true);
  socket.resume();
  socket.once("end", () => socket.destroy());
  for (let count = 0; count < 80; count += 1) {
    socket.write("busy");
    if (await Promise.race([closed, wait(50).then(() => false)])) return true;
  }
  return false;
}

export const trafficCases: readonly Case[] = [
  {
    name: "a mebibyte comes back as it went",
    act: async (stage) => {
      const socket = await stage.dial(await stage.link(echo));
      const text = Array.from({ length: mebibyte / 8 }, (_, index) => String(index).padStart(8, "0")).join("");
      const back = receive(socket, text.length);
      socket.write(text);
      return digest(await back) === digest(text);
    },
    sees: true,
  },
  {
    name: "a connection to an upstream that is down is closed",
    act: async (stage) => {
      const upstream = await stage.upstream(echo);
      const proxy = await stage.client.createProxy({ name: "down", listen: "127.0.0.1:0", upstream: `127.0.0.1:${upstream.port}`, enabled: true });
      await upstream[Symbol.asyncDispose]();
      const socket = await stage.dial({ host: "127.0.0.1", port: Number(proxy.listen.split(":")[1]) });
      return [await fateOf(socket), socket.bytesRead];
    },
    sees: ["closed", 0],
  },
  {
    name: "a disabled proxy refuses connections and cuts those that are open; enabled again it keeps its port and toxics",
    act: async (stage) => {
      const { link, socket } = await openConnection(stage, echo, { type: "slicer", attributes: { average_size: 1 } });
      const fate = fateOf(socket);
      await stage.client.getApi().post(link.proxy.getPath(), { enabled: false });
      const meanwhile = [(await fate).replace("ECONNRESET", "closed"), await refused(link)];
      await stage.client.getApi().post(link.proxy.getPath(), { enabled: true });
      const again = await stage.dial(link);
      again.write("again");
      return [...meanwhile, await receive(again, 5), (await link.proxy.getToxic("toxic-1")).type];
    },
    sees: ["closed", "ECONNREFUSED", "again", "slicer"],
  },
  {
    name: "a removed proxy cuts connections and frees its port",
    act: async (stage) => {
      const { link, socket } = await openConnection(stage, echo);
      const fate = fateOf(socket);
      await link.proxy.remove();
      return [(await fate).replace("ECONNRESET", "closed"), await refused(link)];
    },
    sees: ["closed", "ECONNREFUSED"],
  },
  {
    name: "a change of upstream cuts connections and moves the next ones",
    act: async (stage) => {
      const other = await stage.upstream((socket) => socket.end("other"));
      const { link, socket } = await openConnection(stage, echo);
      const fate = fateOf(socket);
      await stage.client.getApi().post(link.proxy.getPath(), { upstream: `127.0.0.1:${other.port}` });
      return [(await fate).replace("ECONNRESET", "closed"), await receive(await stage.dial(link), 5)];
    },
    sees: ["closed", "other"],
  },
  {
    name: "toxicity 0 affects no connection",
    act: async (stage) => {
      const { socket } = await openConnection(stage, echo, { type: "latency", attributes: { latency: hourMs }, toxicity: 0 });
      socket.write("bc");
      return await receive(socket, 2);
    },
    sees: "bc",
  },
  {
    name: "toxicity between 0 and 1 affects some connections and not others",
    act: async (stage) => {
      const link = await stage.link(echo, { type: "limit_data", attributes: { bytes: 0 }, toxicity: 0.5 });
      const seen = new Set<number>();
      for (let count = 0; count < 24; count += 1) {
        const socket = await stage.dial(link);
        socket.write("x");
        await Promise.race([once(socket, "data"), once(socket, "end"), fateOf(socket)]);
        seen.add(socket.bytesRead);
        socket.destroy();
      }
      return [...seen].toSorted((a, b) => a - b);
    },
    sees: [0, 1],
  },
  {
    name: "a toxic strikes connections that are open",
    act: async (stage) => {
      const { link, socket } = await openConnection(stage, echo);
      await stage.addToxic(link, { type: "limit_data", attributes: { bytes: 0 } });
      socket.write("b");
      await once(socket, "end").catch(() => undefined);
      return socket.bytesRead;
    },
    sees: 1,
  },
  {
    name: "a `timeout` that is removed, of a connection that it never affected",
    act: async (stage) => {
      const { link, socket } = await openConnection(stage, echo, { type: "timeout", attributes: { timeout: 0 }, toxicity: 0 });
      const answer = Promise.race([receive(socket, 1), fateOf(socket)]);
      await stage.client.getApi().delete(`${link.proxy.getPath()}/toxics/toxic-1`);
      if (socket.writable) socket.write("b");
      return (await answer).replace("ECONNRESET", "closed");
    },
    sees: "closed",
    differs: {
      sees: "b",
      here: "`toxicity: 0` equals no toxic; one throw of the dice holds as long as connection and toxic both last",
      there: "a removed `timeout` closes connections that it never affected, and the dice are thrown again with each change",
      why: "a share of connections must be the same connections from beginning to end",
    },
  },
  {
    name: "a `reset_peer` that is removed in time",
    act: async (stage) => {
      const { link, socket } = await openConnection(stage, echo);
      await stage.addToxic(link, { type: "reset_peer", attributes: { timeout: toxicMs }, stream: "upstream" });
      socket.write("b");
      const answer = Promise.race([receive(socket, 1), fateOf(socket)]);
      // Toxiproxy tells nobody that data has reached a toxic.
      await wait(100);
      await stage.client.getApi().delete(`${link.proxy.getPath()}/toxics/toxic-1`);
      return (await answer).replace("ECONNRESET", "closed");
    },
    sees: "closed",
    differs: {
      sees: "b",
      here: "a toxic is changed and removed at once, between two chunks: a `reset_peer` that is removed in time has cost nothing",
      there: "waits until the toxic can be interrupted, for `reset_peer` until it has struck; the interface can hang",
      why: "healing must not wait for what it heals",
    },
  },
  {
    name: "`reset_peer` on a connection that was open before",
    act: async (stage) => {
      const { link, socket } = await openConnection(stage, echo);
      await stage.addToxic(link, { type: "reset_peer", attributes: { timeout: 0 }, stream: "upstream" });
      socket.write("b");
      return await fateOf(socket);
    },
    sees: "closed",
    differs: {
      sees: "ECONNRESET",
      here: "`reset_peer` resets connections that were open before it",
      there: "closes them without a reset, and drops the data",
      why: "the fault is the same for a pool's connections and for new ones",
    },
  },
  {
    name: "`timeout` on a busy connection",
    act: async (stage) => await closesWhileBusy(await stage.dial(await stage.link(() => undefined, { type: "timeout", attributes: { timeout: toxicMs }, stream: "upstream" }))),
    sees: false,
    differs: { sees: true, here: "`timeout` counts from when it met the connection", there: "starts again with each chunk", why: "a busy connection would never be closed" },
  },
  {
    name: "the end of one side",
    act: async (stage) => {
      const link = await stage.link((socket) => {
        socket.resume();
        socket.once("end", () => socket.end("after your end"));
      });
      const socket = await stage.dial(link);
      const answer = Promise.race([receive(socket, 14), fateOf(socket)]);
      socket.end("my end");
      return (await answer).replace("ECONNRESET", "closed");
    },
    sees: "closed",
    differs: { sees: "after your end", here: "an end of one side passes as a half-close", there: "the first end closes both sides", why: "the link has no behaviour of its own" },
  },
  {
    name: "a reset of one side",
    act: async (stage) => {
      const link = await stage.link((socket) => {
        socket.once("data", () => socket.resetAndDestroy());
      });
      const socket = await stage.dial(link);
      socket.write("x");
      return await fateOf(socket);
    },
    sees: "closed",
    differs: { sees: "ECONNRESET", here: "a reset of one side passes as a reset", there: "as an end", why: "the link has no behaviour of its own" },
  },
];
