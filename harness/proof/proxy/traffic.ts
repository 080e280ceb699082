/**
 * Traffic for the proof of the proxy, as a process of its own: `node traffic.ts <port> <connections> <MB/s>`. Says "open" when all are, and what it received,
 * `{"bytes":N,"seconds":S}`, for each line it is told; ends with its input.
 */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { RoadworthyError } from "../../base/error.ts";
import { runSpawned } from "../../base/spawned.ts";
import { every, nowUs } from "../../base/time.ts";
import { requestOf } from "../bench/proxy/message.ts";

const answerBytes = 65_536;
const tickMs = 10;

await runSpawned(async (parent) => {
  const [port = 0, connections = 0, megabytesPerSecond = 0] = process.argv.slice(2).map(Number);
  let receivedBytes = 0;
  const sockets: Socket[] = [];
  while (sockets.length < connections) {
    const more = Array.from({ length: Math.min(100, connections - sockets.length) }, () => connect({ port, host: "127.0.0.1", noDelay: true }));
    await Promise.all(more.map((socket) => once(socket, "connect")));
    for (const socket of more) {
      socket.on("data", (chunk) => (receivedBytes += chunk.length));
      socket.on("error", parent.fail);
      socket.on("close", () => (parent.ended.aborted ? undefined : parent.fail(new RoadworthyError("proxy-unavailable", "the proxy closed a connection"))));
    }
    sockets.push(...more);
  }
  parent.say("open");
  const request = requestOf(8, answerBytes);
  const perTick = (megabytesPerSecond * 1_000_000 * tickMs) / 1000 / answerBytes;
  let owed = 0;
  let next = 0;
  using _ticks = every(tickMs, () => {
    for (owed += perTick; owed >= 1; owed -= 1) {
      sockets[next % sockets.length]?.write(request);
      next += 1;
    }
  });
  await report(parent, () => receivedBytes);
  for (const socket of sockets) socket.destroy();
});

async function report(parent: { next: () => Promise<unknown>; say: (line: string) => void }, receivedBytes: () => number): Promise<void> {
  let sinceUs = nowUs();
  let before = 0;
  while ((await parent.next()) !== undefined) {
    parent.say(JSON.stringify({ bytes: receivedBytes() - before, seconds: (nowUs() - sinceUs) / 1_000_000 }));
    before = receivedBytes();
    sinceUs = nowUs();
  }
}
