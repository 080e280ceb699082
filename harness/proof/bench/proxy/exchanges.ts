/** Requests and answers over kept-open TCP connections, one at a time on each: as fast as the other side lets them. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs } from "../../../base/time.ts";
import { payloadBytes } from "./exchange-size.ts";
import { quantile } from "../rounds.ts";

const exchangesLimit = 20_000;

export interface ExchangeFigures {
  count: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Exchanges extends Disposable {
  /** Exchanges for `sliceMs`, at most 20,000. */
  run(sliceMs: number): Promise<ExchangeFigures>;
}

export async function openExchanges(address: { host: string; port: number }, connections: number): Promise<Exchanges> {
  const sockets = Array.from({ length: connections }, () => connect({ host: address.host, port: address.port, noDelay: true }));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  return {
    run: (sliceMs) => runSlice(sockets, sliceMs),
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function runSlice(sockets: readonly Socket[], sliceMs: number): Promise<ExchangeFigures> {
  const startUs = nowUs();
  const tookMs: number[] = [];
  const isOver = (): boolean => tookMs.length >= exchangesLimit || nowUs() - startUs >= sliceMs * 1000;
  await Promise.all(sockets.map((socket) => exchangeUntil(socket, isOver, tookMs)));
  return { count: tookMs.length, perSecond: (tookMs.length * 1_000_000) / (nowUs() - startUs), p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}

const request = Buffer.alloc(payloadBytes, "q");

/** Resolves with the first answer after `isOver`, so that the connection is left with nothing under way. */
async function exchangeUntil(socket: Socket, isOver: () => boolean, tookMs: number[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let startUs = 0;
  let receivedBytes = 0;
  const send = (): void => {
    startUs = nowUs();
    receivedBytes = 0;
    socket.write(request);
  };
  const receive = (chunk: Buffer): void => {
    receivedBytes += chunk.length;
    if (receivedBytes < payloadBytes) return;
    tookMs.push((nowUs() - startUs) / 1000);
    if (isOver()) resolve();
    else send();
  };
  const lost = (): void => reject(new RoadworthyError("proxy-unavailable", "a connection of the bench was closed"));
  socket.on("data", receive).once("error", reject).once("close", lost);
  send();
  try {
    await promise;
  } finally {
    socket.off("data", receive).off("error", reject).off("close", lost);
  }
}
