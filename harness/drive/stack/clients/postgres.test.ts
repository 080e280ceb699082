/** Answers that no client can read: a connection is lost, and nothing else. */

import { createServer } from "node:net";
import { expect, test } from "vitest";
import { listening } from "../../../base/listening.ts";
import { dice, integerBetween } from "../../../base/random.ts";
import { askPostgres } from "./postgres.ts";

/** Asks a server that answers with these bytes, whatever it is told. */
async function asked(bytes: Buffer, timeoutMs: number): Promise<unknown> {
  await using server = await listening(createServer((socket) => socket.once("data", () => socket.write(bytes))));
  return await askPostgres("select 1", { address: { host: "127.0.0.1", port: server.port }, login, timeoutMs });
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
  await expect(asked(bytes, 300)).rejects.toThrow();
});

test.each(Array.from({ length: 20 }, (_, seed) => seed))("random bytes reject the question (seed %i)", async (seed) => {
  const roll = dice(seed, "garbage");
  const bytes = Buffer.from(Array.from({ length: 200 }, () => integerBetween(roll, 0, 255)));
  await expect(asked(Buffer.concat([message("R", [0, 0, 0, 0]), bytes]), 50)).rejects.toThrow();
});
