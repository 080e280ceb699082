/** One HTTP request on a connection of its own: control and queries want no pool and no connection that an outage has spoilt. */

import { request } from "node:http";
import { loopbackOnly, permittedAddress, type Guard } from "../../guard/guard.ts";

export interface HttpCall {
  method: string;
  url: string;
  /** Sent as JSON; null sends none. */
  body?: string | null;
  signal: AbortSignal;
  /** Longest answer that is read; 16 MiB when left out. */
  limitBytes?: number;
  /** Address of this machine that the connection comes from; the system's choice when left out. */
  from?: string | undefined;
  /** What may be called; loopback when left out. */
  guard?: Guard;
}

export interface HttpAnswer {
  status: number;
  text: string;
}

const defaultLimitBytes = 16 * 1024 * 1024;

/** Rejects with the system's error when there is no answer, and with the signal's reason when it is aborted. */
export async function httpCall({ method, url, body = null, signal, limitBytes = defaultLimitBytes, guard = loopbackOnly, from }: HttpCall): Promise<HttpAnswer> {
  const target = new URL(url);
  const port = Number(target.port || 80);
  const host = await permittedAddress({ host: target.hostname.replace(/^\[(.*)\]$/, "$1"), port }, guard);
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  // Else the server ends the connection with its answer, and that end could be taken for one.
  const headers = { host: target.host, connection: "keep-alive", ...(body === null ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }) };
  const call = request({ host, port, path: `${target.pathname}${target.search}`, method, agent: false, headers, signal, localAddress: from }, (response) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    response.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      chunks.push(chunk);
      if (sizeBytes > limitBytes) response.destroy(new Error(`the answer of ${url} is longer than ${limitBytes} bytes`));
    });
    response.once("error", reject);
    response.once("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }));
  });
  call.once("error", reject);
  call.end(body ?? undefined);
  return promise;
}
