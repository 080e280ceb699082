/** Answers that no client can read: a connection is lost, and nothing else. */

import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { dice, integerBetween } from "../../../base/random.ts";
import { askPostgres } from "./postgres.ts";

let server: Server | null = null;
afterEach(() => server?.close());

async function answering(bytes: Buffer): Promise<{ host: string; port: number }> {
  server = createServer((socket) => socket.on("error", () => {}).once("data", () => socket.write(bytes)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) return expect.unreachable();
  return { host: "127.0.0.1", port: address.port };
}

function message(type: string, body: readonly number[]): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const login = { user: "u", password: "p", database: "d" };
const corrupted = [
  ["an unknown way to log in", message("R", [0, 0, 0, 241])],
  ["a table of more columns than there are bytes", message("T", [127, 255, 1])],
  ["a row of more columns than there are bytes", message("D", [127, 255, 1])],
  ["a kind of message that does not exist", message("\u0001", [1, 2, 3])],
] as const;

test.each(corrupted)("%s rejects the question", async (_what, bytes) => {
  await expect(askPostgres("select 1", { address: await answering(bytes), login, timeoutMs: 300 })).rejects.toThrow();
});

test.each(Array.from({ length: 20 }, (_, seed) => seed))("random bytes reject the question (seed %i)", async (seed) => {
  const roll = dice(seed, "garbage");
  const bytes = Buffer.from(Array.from({ length: 200 }, () => integerBetween(roll, 0, 255)));
  await expect(askPostgres("select 1", { address: await answering(Buffer.concat([message("R", [0, 0, 0, 0]), bytes])), login, timeoutMs: 50 })).rejects.toThrow();
});
