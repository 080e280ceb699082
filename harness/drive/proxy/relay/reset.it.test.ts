import { once } from "node:events";
import { expect, test } from "vitest";
import { dial, fateOf, startUpstream } from "../proxy-under-test.ts";
import { resetSocket } from "./reset.ts";

test("the other side of an open socket sees a reset", async () => {
  const fate = Promise.withResolvers<string>();
  await using upstream = await startUpstream((socket) => void fateOf(socket).then(fate.resolve));
  const socket = await dial({ host: "127.0.0.1", port: upstream.port });
  resetSocket(socket);
  resetSocket(socket);
  expect(await fate.promise).toBe("ECONNRESET");
});

test("a socket whose end is on its way is closed all the same, also when the other side never answers it", async () => {
  await using upstream = await startUpstream((socket) => socket.resume());
  const socket = await dial({ host: "127.0.0.1", port: upstream.port });
  const errors: Error[] = [];
  socket.on("error", (error) => errors.push(error));
  const closed = once(socket, "close");
  socket.end();
  resetSocket(socket);
  await closed;
  expect(errors).toEqual([]);
  expect(socket.destroyed).toBe(true);
});
