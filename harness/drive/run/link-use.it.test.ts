/** What the harness sends over links itself is told from what the service sends, whatever the link speaks. */

import { expect, test } from "vitest";
import { timeoutSignal } from "../../base/time.ts";
import { probeSchema } from "../../scenario/target/probe.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { tripThrough } from "../faults/link.ts";
import { placeOf } from "../probe/layers/check.ts";
import { look } from "../probe/layers/index.ts";
import { ownSource } from "../proxy/own-source.ts";
import { dial, receive } from "../proxy/proxy-under-test.ts";
import { bootedStack } from "../stack/booted.fixture.ts";

const server = 'require("node:http").createServer((_, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1")';
const target = targetSchema.parse({
  name: "linked",
  title: "Linked",
  nodes: { postgres: { kind: "postgres" }, redis: { kind: "redis" }, api: { kind: "process", command: ["node", "-e", server], env: { PORT: "{{port}}" }, ready: { by: "http", path: "/" } } },
  links: { "to-postgres": { from: "api", to: "postgres" }, "to-redis": { from: "api", to: "redis" }, "to-api": { from: "redis", to: "api" } },
});

const stack = bootedStack(target);

test.each([
  { layer: "tcp", link: "to-redis" },
  { layer: "redis", link: "to-redis" },
  { layer: "postgres", link: "to-postgres" },
  { layer: "http", link: "to-api", path: "/" },
])("a probe of layer $layer and a witness are ours; a service is not", async ({ link, ...spec }) => {
  const probe = probeSchema.parse({ at: { link }, ...spec });
  const before = await stack().proxy.stats(link);
  expect(await look(probe, placeOf(probe, stack().addresses), timeoutSignal(5000))).toBeNull();
  expect(await tripThrough(stack(), link, 5000)).toMatchObject({ problem: null });
  const ours = await stack().proxy.stats(link);
  expect(ours?.accepted).toBe((before?.accepted ?? 0) + 2);
  expect(ours?.bytesUp).toBeGreaterThan(before?.bytesUp ?? 0);
  const all = { accepted: ours?.accepted, bytesUp: ours?.bytesUp, bytesDown: ours?.bytesDown };
  expect(ours?.own).toEqual(ownSource === null ? null : all);
});

test("what comes from elsewhere is the service's", async () => {
  const address = stack().addresses.links["to-redis"];
  const before = await stack().proxy.stats("to-redis");
  const socket = await dial({ host: "127.0.0.1", port: address?.port ?? 0 });
  socket.write("PING\r\n");
  expect(await receive(socket, 7)).toBe("+PONG\r\n");
  socket.destroy();
  const after = await stack().proxy.stats("to-redis");
  expect([after?.accepted, after?.bytesUp, after?.bytesDown]).toEqual([(before?.accepted ?? 0) + 1, (before?.bytesUp ?? 0) + 6, (before?.bytesDown ?? 0) + 7]);
  expect(after?.own).toEqual(before?.own);
});
