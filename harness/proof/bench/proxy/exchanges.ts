/** Requests and answers over kept-open TCP connections, as fast as the other side lets them, so many under way on each. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { RoadworthyError } from "../../../base/error.ts";
import { after, nowUs } from "../../../base/time.ts";
import { requestOf } from "./message.ts";
import { quantile } from "../rounds.ts";

const exchangesLimit = 1_000_000;
/** For the answers that are still out when a slice is over. */
const drainLimitMs = 5_000;

export interface Workload {
  readonly connections: number;
  /** Requests that are under way at once on a connection. */
  readonly depth: number;
  readonly requestBytes: number;
  readonly answerBytes: number;
}

export interface ExchangeFigures {
  count: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Exchanges extends Disposable {
  /** Exchanges for `sliceMs`, at most a million; one on each connection at least. */
  run(sliceMs: number): Promise<ExchangeFigures>;
}

export async function openExchanges(address: { host: string; port: number }, workload: Workload): Promise<Exchanges> {
  const sockets: Socket[] = [];
  // In hundreds, so that no listener's backlog runs over.
  while (sockets.length < workload.connections) {
    const more = Array.from({ length: Math.min(100, workload.connections - sockets.length) }, () => connect({ host: address.host, port: address.port, noDelay: true }));
    await Promise.all(more.map((socket) => once(socket, "connect")));
    sockets.push(...more);
  }
  return {
    run: (sliceMs) => runSlice(sockets, workload, sliceMs),
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function runSlice(sockets: readonly Socket[], workload: Workload, sliceMs: number): Promise<ExchangeFigures> {
  const startUs = nowUs();
  const tookMs: number[] = [];
  const isOver = (): boolean => tookMs.length >= exchangesLimit || nowUs() - startUs >= sliceMs * 1000;
  const { promise: expiry, reject } = Promise.withResolvers<never>();
  using _limit = after(sliceMs + drainLimitMs, () => reject(new RoadworthyError("proxy-unavailable", `an exchange got no answer within ${drainLimitMs} ms`)));
  await Promise.race([expiry, Promise.all(sockets.map((socket) => exchangeUntil(socket, workload, { isOver, tookMs })))]);
  return { count: tookMs.length, perSecond: (tookMs.length * 1_000_000) / (nowUs() - startUs), p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}

/** Resolves once it is over and every request has its answer, so that the connection is left with nothing under way. */
async function exchangeUntil(socket: Socket, { depth, requestBytes, answerBytes }: Workload, { isOver, tookMs }: { isOver: () => boolean; tookMs: number[] }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // As many as may go together are one write: what is measured is what stands between, and not this.
  const requests = Buffer.concat(Array.from({ length: depth }, () => requestOf(requestBytes, answerBytes)));
  const startedUs: number[] = [];
  let receivedBytes = 0;
  const send = (count: number): void => {
    const startUs = nowUs();
    for (let sent = 0; sent < count; sent += 1) startedUs.push(startUs);
    socket.write(requests.subarray(0, count * requestBytes));
  };
  const receive = (chunk: Buffer): void => {
    receivedBytes += chunk.length;
    if (receivedBytes < answerBytes) return;
    const answers = Math.floor(receivedBytes / answerBytes);
    receivedBytes -= answers * answerBytes;
    const endUs = nowUs();
    for (const startUs of startedUs.splice(0, answers)) tookMs.push((endUs - startUs) / 1000);
    if (!isOver()) send(answers);
    else if (startedUs.length === 0) resolve();
  };
  const lost = (): void => reject(new RoadworthyError("proxy-unavailable", "a connection of the bench was closed"));
  socket.on("data", receive).once("error", reject).once("close", lost);
  send(depth);
  try {
    await promise;
  } finally {
    socket.off("data", receive).off("error", reject).off("close", lost);
  }
}
