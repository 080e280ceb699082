/** Toxics by the HTTP interface, and what each does to a connection. */

import { once } from "node:events";
import { echo, fateOf, receive } from "../proxy-under-test.ts";
import type { Case } from "./case.fixture.ts";
import { tookAtLeast, type Stage, type Toxic } from "./stage.fixture.ts";

const hourMs = 3_600_000;

const everyType: readonly Toxic[] = [
  { type: "latency", attributes: { latency: 1, jitter: 2 } },
  { type: "bandwidth", attributes: { rate: 3 } },
  { type: "slow_close", attributes: { delay: 4 } },
  { type: "timeout", attributes: { timeout: 5 } },
  { type: "reset_peer", attributes: { timeout: 6 } },
  { type: "slicer", attributes: { average_size: 7, size_variation: 1, delay: 8 } },
  { type: "limit_data", attributes: { bytes: 9 } },
];

const made: readonly Case[] = everyType.map(({ type, attributes }) => ({
  name: `a ${type} toxic is made, shown and removed`,
  act: async (stage) => {
    const { proxy } = await stage.link(echo);
    const body = { type, attributes, stream: "upstream", toxicity: 0.5, name: "t" };
    const answer = await stage.call({ method: "POST", path: `/proxies/${proxy.name}/toxics`, body });
    const found = await proxy.getToxic("t");
    await found.remove();
    return [answer, found.toJson(), await stage.outcome(proxy.getToxic("t"))];
  },
  sees: [
    { status: 200, body: { type, attributes, stream: "upstream", toxicity: 0.5, name: "t" } },
    { type, attributes, stream: "upstream", toxicity: 0.5, name: "t" },
    "Request failed with status code 404",
  ],
}));

/** Sends `text` over a new connection and tells whether the echo took so long. */
async function echoed(stage: Stage, toxics: Toxic[], { text, leastMs }: { text: string; leastMs: number }): Promise<[slow: boolean, whole: boolean]> {
  const socket = await stage.dial(await stage.link(echo, ...toxics));
  const { slow, result } = await tookAtLeast(leastMs, async () => {
    socket.write(text);
    return await receive(socket, text.length);
  });
  return [slow, result === text];
}

/** Data is held by the toxic; nothing of it has come when the act is begun, and all of it after. */
async function letOut(stage: Stage, toxic: Toxic, heal: (path: string) => Promise<unknown>): Promise<unknown> {
  const link = await stage.link(echo, toxic);
  const socket = await stage.dial(link);
  socket.write("held");
  await stage.client.getAll();
  const early = socket.bytesRead;
  await heal(`/proxies/${link.proxy.name}/toxics/toxic-1`);
  return [early, await receive(socket, 4)];
}

export const toxicCases: readonly Case[] = [
  ...made,
  {
    name: "what is left out of a toxic has a default",
    act: async (stage) => {
      const { proxy } = await stage.link(echo);
      return await stage.call({ method: "POST", path: `/proxies/${proxy.name}/toxics`, body: { type: "latency" } });
    },
    sees: { status: 200, body: { name: "latency_downstream", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 0, jitter: 0 } } },
  },
  {
    name: "the stream is read in any case",
    act: async (stage) => {
      const { proxy } = await stage.link(echo);
      return (await stage.call({ method: "POST", path: `/proxies/${proxy.name}/toxics`, body: { type: "latency", stream: "UPSTREAM" } })).status;
    },
    sees: 200,
  },
  {
    name: "of a toxic that is changed the rest stays",
    act: async (stage) => {
      const { proxy } = await stage.link(echo, { type: "latency", attributes: { latency: 5, jitter: 3 }, toxicity: 0.5 });
      const path = `/proxies/${proxy.name}/toxics/toxic-1`;
      const first = await stage.call({ method: "POST", path, body: { attributes: { latency: 7 } } });
      return [first, await stage.call({ method: "POST", path, body: { toxicity: 1, name: "other", stream: "upstream" } })];
    },
    sees: [
      { status: 200, body: { name: "toxic-1", type: "latency", stream: "downstream", toxicity: 0.5, attributes: { latency: 7, jitter: 3 } } },
      { status: 200, body: { name: "toxic-1", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 7, jitter: 3 } } },
    ],
  },
  {
    name: "the client changes a toxic",
    act: async (stage) => {
      const { proxy } = await stage.link(echo);
      const toxic = await proxy.addToxic({ name: "slow", type: "latency", stream: "upstream", toxicity: 1, attributes: { latency: 5, jitter: 1 } });
      return (await toxic.update({ ...toxic.toJson(), attributes: { latency: 9, jitter: 2 } })).toJson();
    },
    sees: { name: "slow", type: "latency", stream: "upstream", toxicity: 1, attributes: { latency: 9, jitter: 2 } },
  },
  {
    name: "toxics of both streams are listed",
    act: async (stage) => {
      const { proxy } = await stage.link(echo, { type: "latency", attributes: {} }, { type: "timeout", attributes: {}, stream: "upstream" }, { type: "slow_close", attributes: {} });
      const { body } = await stage.call({ method: "GET", path: `/proxies/${proxy.name}/toxics` });
      return Array.isArray(body) && body.map((toxic: { name: string }) => toxic.name);
    },
    sees: ["toxic-2", "toxic-1", "toxic-3"],
    differs: { sees: ["toxic-1", "toxic-2", "toxic-3"], here: "toxics are listed in the order in which they were added", there: "those of upstream first", why: "it is one list" },
  },
  { name: "latency delays what goes upstream", act: (stage) => echoed(stage, [{ type: "latency", attributes: { latency: 60 }, stream: "upstream" }], { text: "ping", leastMs: 60 }), sees: [true, true] },
  { name: "latency delays what goes downstream", act: (stage) => echoed(stage, [{ type: "latency", attributes: { latency: 60 } }], { text: "ping", leastMs: 60 }), sees: [true, true] },
  { name: "jitter takes no more from latency than it says", act: (stage) => echoed(stage, [{ type: "latency", attributes: { latency: 60, jitter: 20 } }], { text: "ping", leastMs: 40 }), sees: [true, true] },
  {
    name: "toxics of both streams work together",
    act: (stage) => echoed(stage, [{ type: "latency", attributes: { latency: 30 } }, { type: "latency", attributes: { latency: 30 }, stream: "upstream" }], { text: "ping", leastMs: 60 }),
    sees: [true, true],
  },
  {
    name: "toxics of one stream work one after the other",
    act: (stage) => echoed(stage, [{ type: "latency", attributes: { latency: 30 } }, { type: "slicer", attributes: { average_size: 2 } }, { type: "latency", attributes: { latency: 30 } }], { text: "ping", leastMs: 60 }),
    sees: [true, true],
  },
  {
    name: "latency that is removed lets out what it held",
    act: (stage) => letOut(stage, { type: "latency", attributes: { latency: hourMs } }, (path) => stage.call({ method: "DELETE", path })),
    sees: [0, "held"],
  },
  {
    name: "latency that is changed lets out what it held",
    act: (stage) => letOut(stage, { type: "latency", attributes: { latency: hourMs } }, (path) => stage.call({ method: "POST", path, body: { attributes: { latency: 0 } } })),
    sees: [0, "held"],
  },
  { name: "reset lets out what latency held", act: (stage) => letOut(stage, { type: "latency", attributes: { latency: hourMs } }, () => stage.client.reset()), sees: [0, "held"] },
  { name: "bandwidth takes its time", act: (stage) => echoed(stage, [{ type: "bandwidth", attributes: { rate: 100 } }], { text: "x".repeat(8000), leastMs: 80 }), sees: [true, true] },
  {
    name: "bandwidth of 0 lets nothing through until it is removed",
    act: (stage) => letOut(stage, { type: "bandwidth", attributes: { rate: 0 } }, (path) => stage.call({ method: "DELETE", path })),
    sees: [0, "held"],
  },
  {
    name: "slicer takes its time for every slice, and keeps bytes and order",
    act: (stage) => echoed(stage, [{ type: "slicer", attributes: { average_size: 10, size_variation: 0, delay: 5000 } }], { text: Array.from({ length: 40 }, (_, index) => index % 10).join(",").slice(0, 80), leastMs: 7 * 5 }),
    sees: [true, true],
  },
  {
    name: "slow_close delays the end and not the data",
    act: async (stage) => {
      const link = await stage.link((socket) => socket.end("bye"), { type: "slow_close", attributes: { delay: 60 } });
      const { slow, result } = await tookAtLeast(60, async () => {
        const socket = await stage.dial(link);
        const text = await receive(socket, 3);
        return [text, socket.readableEnded, await fateOf(socket)];
      });
      return [slow, ...result];
    },
    sees: [true, "bye", false, "closed"],
  },
  {
    name: "timeout drops data and closes after its time",
    act: async (stage) => {
      const link = await stage.link(echo, { type: "timeout", attributes: { timeout: 60 } });
      const { slow, result } = await tookAtLeast(60, async () => {
        const socket = await stage.dial(link);
        socket.write("into the void");
        return [await fateOf(socket), socket.bytesRead];
      });
      return [slow, ...result];
    },
    sees: [true, "closed", 0],
  },
  {
    name: "timeout of 0 holds the connection until it is removed, then closes it",
    act: async (stage) => {
      const link = await stage.link(echo, { type: "timeout", attributes: { timeout: 0 } });
      const socket = await stage.dial(link);
      socket.write("into the void");
      await stage.client.getAll();
      const early = socket.destroyed;
      const fate = fateOf(socket);
      await stage.client.getApi().delete(`${link.proxy.getPath()}/toxics/toxic-1`);
      return [early, await fate, socket.bytesRead];
    },
    sees: [false, "closed", 0],
  },
  {
    name: "reset_peer resets both sides, its time after the first data",
    act: async (stage) => {
      const server = Promise.withResolvers<string>();
      const link = await stage.link(
        (socket) => {
          void fateOf(socket).then(server.resolve);
        },
        { type: "reset_peer", attributes: { timeout: 40 }, stream: "upstream" },
      );
      const socket = await stage.dial(link);
      const { slow, result } = await tookAtLeast(40, async () => {
        socket.write("hello");
        return await fateOf(socket);
      });
      return [slow, result, await server.promise];
    },
    sees: [true, "ECONNRESET", "ECONNRESET"],
  },
  {
    name: "limit_data closes after so many bytes, counted over all data",
    act: async (stage) => {
      const socket = await stage.dial(await stage.link(echo, { type: "limit_data", attributes: { bytes: 5 } }));
      socket.write("012");
      const first = await receive(socket, 3);
      const second = receive(socket, 2);
      socket.write("3456");
      return [first, await second, (await fateOf(socket)).replace("ECONNRESET", "closed"), socket.bytesRead];
    },
    sees: ["012", "34", "closed", 5],
  },
  {
    name: "limit_data counts from when it meets the connection",
    act: async (stage) => {
      const link = await stage.link(echo);
      const socket = await stage.dial(link);
      socket.write("before");
      const before = await receive(socket, 6);
      await stage.addToxic(link, { type: "limit_data", attributes: { bytes: 3 } });
      const rest = receive(socket, 3);
      socket.write("after");
      return [before, await rest];
    },
    sees: ["before", "aft"],
  },
  {
    name: "a limit that is raised in time keeps what was counted",
    act: async (stage) => {
      const link = await stage.link(echo, { type: "limit_data", attributes: { bytes: 10 } });
      const socket = await stage.dial(link);
      socket.write("01234");
      await receive(socket, 5);
      await stage.call({ method: "POST", path: `/proxies/${link.proxy.name}/toxics/toxic-1`, body: { attributes: { bytes: 8 } } });
      const rest = receive(socket, 3);
      socket.write("56789");
      const last = await rest;
      if (!socket.readableEnded) await once(socket, "end").catch(() => undefined);
      return [last, socket.bytesRead];
    },
    sees: ["567", 8],
  },
];
