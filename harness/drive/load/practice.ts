/**
 * What a load process does before its first request that counts: the same as it will do then, with a server inside this process. So its code
 * is compiled for just this work when the schedule begins; at 37,000/s the first tenth of a second was 20 ms late otherwise. Nothing of it is
 * kept, and the target sees nothing of it.
 */

import { createServer, type Server, type Socket } from "node:net";
import { lowerOtherThreads } from "../../base/other-threads.ts";
import { listening } from "../../base/listening.ts";
import { loadConfigSchema, type LoadConfig } from "./config.ts";

/** Compiled code takes what it has met in one run for all that there is; it is undone and made again in the second one. */
const rounds = 3;
const roundMs = 500;
/** Calls make a function hot, not time. */
export const practiceRatePerSecond = 20_000;
/** The first answers of each round end their connections, so that opening one is hot as well. */
const closedAnswers = 300;
const text = '{"status":"ok","items":[1,2,3]}';
const head = `HTTP/1.1 200 OK\r\nServer: practice\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n`;
const kept = Buffer.from(`${head}Connection: keep-alive\r\n\r\n${text}`);
const closing = Buffer.from(`${head}Connection: close\r\n\r\n${text}`);

/** `round` sends for `totalMs` to 127.0.0.1, at the port that it is given. Compiling afterwards does not get in the way of sending. */
export async function withPractice(round: (port: number, totalMs: number) => Promise<void>): Promise<void> {
  lowerOtherThreads();
  for (let number = 0; number < rounds; number += 1) {
    await using server = await listening(answering());
    // One after the other: each meets what the one before has left compiled.
    await round(server.port, roundMs);
  }
  globalThis.gc?.();
}

/** Plain requests and tracked writes, sent and judged as those of a real load. */
export function practiceConfig({ logFolder, seed, run }: Pick<LoadConfig, "logFolder" | "seed" | "run">, port: number, totalMs: number): LoadConfig {
  const expect = { status: [200], json: { status: "ok" } };
  const write = { node: "practice", method: "POST", path: "/{{id}}", headers: { "content-type": "application/json" }, body: '{"id":"{{id}}"}', expect, write: { ledger: "practice" } };
  return loadConfigSchema.parse({
    logFolder,
    seed,
    run,
    totalMs,
    workloads: [
      { name: "plain", profile: { shape: "constant", rate: practiceRatePerSecond * 0.9 }, journeys: [{ steps: ["read"] }] },
      { name: "writes", profile: { shape: "constant", rate: practiceRatePerSecond * 0.1 }, journeys: [{ steps: ["write"] }] },
    ],
    target: { routes: { read: { node: "practice", path: "/", expect }, write }, ledgers: { practice: { readBack: {} } } },
    addresses: { nodes: { practice: { kind: "process", ports: { main: { host: "127.0.0.1", port } } } }, links: {} },
  });
}

function answering(): Server {
  let answers = 0;
  return createServer((socket: Socket) =>
    socket.on("data", () => {
      answers += 1;
      if (answers > closedAnswers) socket.write(kept);
      else socket.end(closing);
    }),
  );
}
