/** R9: a long stream there and back while loss-free toxics come, change and go; every byte arrives, once and in order. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { dice, integerBetween, type Dice } from "../../base/random.ts";
import { startModule } from "../bench/child.ts";
import type { BenchProxy } from "../bench/proxy/proxies.ts";
import { mebibytes, type Finding } from "../results/finding.ts";
import { portsSchema } from "./ports.ts";

export interface Integrity {
  readonly mebibytes: number;
  readonly changes: number;
  readonly seed: number;
}

const block = 1_048_576;
const toxicCount = 5;
/** The name of the toxic that is a partition, the last in `mildToxic`. */
const parted = "t4";

export async function checkIntegrity(proxy: BenchProxy, options: Integrity): Promise<Finding> {
  await using upstreams = startModule("harness/proof/proxy/upstreams");
  const { echo } = portsSchema.parse(JSON.parse(await upstreams.line()));
  const { port } = await proxy.link("stream", echo, false);
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  await once(socket, "connect");
  const changes = toxicChanges(proxy, dice(options.seed, "toxic changes"));
  const [sent, received] = await Promise.all([sendAll(socket, options, changes), hashOf(socket)]);
  const residentBytes = proxy.residentBytes();
  await proxy.client.removeLink("stream");
  return {
    what: `${proxy.name}: ${options.mebibytes} MiB there and back through ${options.changes} changes of loss-free toxics, seed ${options.seed}`,
    must: "equal SHA-256",
    seen: `sent ${sent.slice(0, 12)}…, received ${received.slice(0, 12)}…${residentBytes === null ? "" : `, memory afterwards ${mebibytes(residentBytes)}`}`,
    held: sent === received,
  };
}

/** A pattern that never repeats; the changes are spread evenly over it, and happen while it is on its way. */
async function sendAll(socket: Socket, options: Integrity, change: () => Promise<void>): Promise<string> {
  const hash = createHash("sha256");
  let made = 0;
  for (let index = 0; index < options.mebibytes; index += 1) {
    const bytes = Buffer.alloc(block);
    for (let at = 0; at < block; at += 4) bytes.writeUInt32LE((index * block + at) >>> 0, at);
    hash.update(bytes);
    const isTaken = socket.write(bytes);
    for (; made < ((index + 1) * options.changes) / options.mebibytes; made += 1) await change();
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

/** Each call adds, changes or removes one. */
function toxicChanges(proxy: BenchProxy, roll: Dice): () => Promise<void> {
  const present = new Set<string>();
  const base = `http://${proxy.address}/proxies/stream/toxics`;
  const headers = { "content-type": "application/json" };
  return async () => {
    const number = integerBetween(roll, 0, toxicCount - 1);
    const name = `t${number}`;
    const spec = mildToxic(number, roll);
    const stream = roll() < 0.5 ? "upstream" : "downstream";
    let answer: Response;
    if (!present.has(name)) {
      present.add(name);
      answer = await fetch(base, { method: "POST", headers, body: JSON.stringify({ name, stream, ...spec }) });
    } else if (roll() < 0.5) {
      answer = await fetch(`${base}/${name}`, { method: "POST", headers, body: JSON.stringify({ attributes: spec.attributes, toxicity: roll() < 0.2 ? 0 : 1 }) });
    } else {
      present.delete(name);
      answer = await fetch(`${base}/${name}`, { method: "DELETE" });
    }
    // Nothing moves while a partition is there, and the next change might wait for what moves: it goes as soon as it has come.
    if (answer.ok && present.delete(parted)) answer = await fetch(`${base}/${parted}`, { method: "DELETE" });
    if (!answer.ok) throw new TypeError(`a toxic change was answered with ${answer.status}: ${await answer.text()}`);
  };
}

/** Mild enough that traffic goes on; but for the partition, which stops it. */
function mildToxic(number: number, roll: Dice): { type: string; attributes: Readonly<Record<string, number>> } {
  const kinds = [
    () => ({ type: "latency", attributes: { latency: integerBetween(roll, 0, 5), jitter: integerBetween(roll, 0, 5) } }),
    () => ({ type: "slicer", attributes: { average_size: integerBetween(roll, 500, 5000), size_variation: 400, delay: integerBetween(roll, 0, 50) } }),
    () => ({ type: "bandwidth", attributes: { rate: integerBetween(roll, 50_000, 200_000) } }),
    () => ({ type: "slow_close", attributes: { delay: 1 } }),
    () => ({ type: "partition", attributes: {} }),
  ];
  return kinds[number]?.() ?? { type: "latency", attributes: { latency: 0, jitter: 0 } };
}
