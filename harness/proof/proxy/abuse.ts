/** What must not break the proxy: many connections at once of which half are abandoned in the middle, bad servers, clients that never read. */

import { connect, type Socket } from "node:net";
import { every, nowUs, poll, wait } from "../../base/time.ts";
import { startModule } from "../bench/child.ts";
import type { BenchProxy } from "../bench/proxy/proxies.ts";
import { mebibytes, type Finding } from "../results/finding.ts";
import { portsSchema, type Ports } from "./ports.ts";

export interface Abuse {
  readonly connections: number;
  /** What the proxy may take for them, beside what it takes anyway. */
  readonly limitBytes: number;
}

type Server = keyof Ports | "down";

interface Case {
  readonly title: string;
  readonly server: Server;
  /** What the client of number `index` does once it is connected; resolves when it is done with the connection. */
  readonly client: (socket: Socket, index: number) => Promise<boolean>;
  /** Of the connections; a server that sends without end needs fewer to fill memory. */
  readonly share: number;
}

const payload = Buffer.alloc(50_000, "x");
const settleLimitMs = 30_000;
/** Looking takes connections to the interface itself, which come and go. */
const interfaceSockets = 2;

const cases: readonly Case[] = [
  { title: "half of them abandoned in the middle", server: "echo", client: (socket, index) => (index % 2 === 0 ? abandon(socket, index) : exchange(socket)), share: 1 },
  { title: "server is down", server: "down", client: untilClosed, share: 1 },
  { title: "server answers a byte at a time and reads nothing", server: "slow", client: leaveSoon, share: 0.2 },
  { title: "server resets", server: "resets", client: untilClosed, share: 1 },
  { title: "server sends without end, client never reads", server: "floods", client: neverRead, share: 0.1 },
];

export async function checkAbuse(proxy: BenchProxy, options: Abuse): Promise<Finding[]> {
  await using upstreams = startModule("harness/proof/proxy/upstreams");
  const ports = portsSchema.parse(JSON.parse(await upstreams.line()));
  const findings: Finding[] = [];
  // One after the other: each is judged by the sockets and the memory that it leaves.
  for (const each of cases) findings.push(await run(proxy, each, { ...options, port: each.server === "down" ? 1 : ports[each.server] }));
  return findings;
}

async function run(proxy: BenchProxy, { title, server, client, share }: Case, { connections, limitBytes, port }: Abuse & { port: number }): Promise<Finding> {
  const count = Math.max(1, Math.round(connections * share));
  const link = await proxy.link(server, port, false);
  const beforeBytes = proxy.residentBytes() ?? 0;
  const beforeFiles = proxy.openFiles() ?? 0;
  let peakBytes = 0;
  let good: boolean[];
  {
    using _looks = every(100, () => (peakBytes = Math.max(peakBytes, (proxy.residentBytes() ?? 0) - beforeBytes)));
    good = await openAll(link, count, client);
  }
  const left = await untilGone(proxy, server, beforeFiles);
  const wrong = good.filter((each) => !each).length;
  await proxy.client.removeLink(server);
  return {
    what: `${proxy.name}: ${count} connections, ${title}`,
    must: `no socket left, memory grows by ≤ ${mebibytes(limitBytes)}, every client sees what it should`,
    seen: `${left} sockets left, memory grew by ${mebibytes(peakBytes)}, ${wrong} clients saw something else`,
    held: left === 0 && peakBytes <= limitBytes && wrong === 0,
  };
}

/** All of them are open, those that the proxy has not closed at once, before the first client does anything. In hundreds, so that no backlog runs over. */
async function openAll(link: { host: string; port: number }, count: number, client: Case["client"]): Promise<boolean[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const more = Array.from({ length: Math.min(100, count - sockets.length) }, () => connect({ ...link, allowHalfOpen: true }));
    const opened = await Promise.all(more.map(untilOpen));
    if (opened.includes(false)) return [false];
    sockets.push(...more);
  }
  return await Promise.all(sockets.map(client));
}

async function untilOpen(socket: Socket): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once("connect", () => resolve(true));
  // The end may come before its client looks, and only a write or an end of ours would show it later.
  socket.on("end", () => socket.end());
  // A reset in what follows is what some of the clients are here for.
  socket.on("error", () => resolve(false));
  return await promise;
}

async function exchange(socket: Socket): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let receivedBytes = 0;
  socket.on("data", (chunk) => (receivedBytes += chunk.length));
  socket.on("close", () => resolve(receivedBytes === payload.length));
  socket.end(payload);
  return await promise;
}

async function abandon(socket: Socket, index: number): Promise<boolean> {
  socket.write(payload);
  await wait(index % 50);
  if (index % 4 === 0) socket.resetAndDestroy();
  else socket.destroy();
  return true;
}

async function untilClosed(socket: Socket): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on("close", () => resolve(socket.bytesRead === 0));
  if (socket.destroyed) return true;
  socket.resume().write(payload);
  return await promise;
}

async function leaveSoon(socket: Socket): Promise<boolean> {
  socket.resume();
  socket.write(payload);
  await wait(1000);
  socket.destroy();
  return true;
}

async function neverRead(socket: Socket): Promise<boolean> {
  socket.pause();
  await wait(3000);
  const isOpen = !socket.destroyed;
  socket.destroy();
  return isOpen;
}

/** How many more files and sockets it has open than before: waits for 0. */
async function untilGone(proxy: BenchProxy, linkName: string, beforeFiles: number): Promise<number> {
  const left = async (): Promise<number> => Math.max((await proxy.client.stats(linkName))?.current ?? 0, (proxy.openFiles() ?? 0) - beforeFiles - interfaceSockets);
  await poll(async () => ((await left()) <= 0 ? true : undefined), { intervalMs: 50, deadlineUs: nowUs() + settleLimitMs * 1000 });
  return Math.max(0, await left());
}
