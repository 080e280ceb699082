/** A ramp on a real link: the delay grows under a connection that stays open, and the one undo takes it all back. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { dice } from "../../base/random.ts";
import { nowUs, timeoutSignal } from "../../base/time.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { injectFault } from "./index.ts";
import { bootedStack } from "../stack/booted.fixture.ts";

const echo = 'require("node:net").createServer((socket) => socket.pipe(socket)).listen(Number(process.env.PORT), "127.0.0.1");';
const target = targetSchema.parse({
  name: "ramp",
  title: "Ramp",
  nodes: { echo: { kind: "process", command: ["node", "-e", echo], env: { PORT: "{{port}}" } }, client: { kind: "process", command: ["node", "-e", echo], env: { PORT: "{{port}}" } } },
  links: { "client-echo": { from: "client", to: "echo" } },
});

const stack = bootedStack(target);

test("a connection stays open through all stages and feels each of them", async () => {
  const { host, port } = stack().addresses.links["client-echo"] ?? expect.unreachable();
  const socket = connect({ host, port });
  await once(socket, "connect");
  await exchangeMs(socket);
  const fault = await injectFault(
    { kind: "link-latency", links: ["client-echo"], delay: { from: "20ms", to: "80ms", stages: 3 }, jitter: "0ms" },
    stack(),
    { holdMs: 900, roll: dice(7, "ramp"), signal: timeoutSignal(20_000) },
  );
  expect(fault.changes.map(({ afterMs, to }) => [afterMs, to])).toEqual([
    [300, "delay 50 ms"],
    [600, "delay 80 ms"],
  ]);
  const [second, third] = fault.changes;
  expect(await exchangeMs(socket)).toBeGreaterThanOrEqual(20);
  await second?.act();
  expect(await exchangeMs(socket)).toBeGreaterThanOrEqual(50);
  await third?.act();
  expect(await exchangeMs(socket)).toBeGreaterThanOrEqual(80);
  expect((await fault.untilActive(timeoutSignal(5000))).seen).toBe(true);
  await fault[Symbol.asyncDispose]();
  expect((await stack().proxy.list()).map(({ toxics }) => toxics)).toEqual([[]]);
  expect((await stack().proxy.stats("client-echo"))?.accepted).toBeGreaterThanOrEqual(1);
  await exchangeMs(socket);
  expect(socket.readyState).toBe("open");
  socket.destroy();
});

/** One message there and back. Rejects when the connection ends instead. */
async function exchangeMs(socket: Socket): Promise<number> {
  const beganUs = nowUs();
  socket.write("?");
  const { promise: closed, reject } = Promise.withResolvers<never>();
  const fail = (): void => reject(new Error("the connection was closed"));
  socket.once("close", fail);
  try {
    await Promise.race([once(socket, "data"), closed]);
    return (nowUs() - beganUs) / 1000;
  } finally {
    socket.off("close", fail);
  }
}
