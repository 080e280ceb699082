/** One JSON request to an upstream, on a fresh connection: a kept one may be half dead after an outage. Plain HTTP. */

import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { DocumentFault, Unavailable, messageOf } from "./failure.ts";
import type { Dependency } from "./failure.ts";

export interface UpstreamRequest {
  readonly dependency: Dependency;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  /** For the whole exchange. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

const answerLimitBytes = 8 * 1024 * 1024;

/** What these statuses say is about the document. All others (401, 429, 5xx …) are about the upstream. */
const documentStatuses: readonly number[] = [404, 410, 413, 415, 422];

/** The answer's JSON. Fails with DocumentFault or Unavailable. */
export async function askUpstream(ask: UpstreamRequest): Promise<unknown> {
  const { status, text } = await exchange(ask);
  if (documentStatuses.includes(status)) throw new DocumentFault(`${ask.dependency} answered ${status} for this document`);
  if (status < 200 || status > 299) throw new Unavailable(ask.dependency, `answered ${status}`, { answered: true });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Unavailable(ask.dependency, "answered something that is not JSON", { answered: true, cause });
  }
}

async function exchange(ask: UpstreamRequest): Promise<{ status: number; text: string }> {
  try {
    const response = await open(ask);
    return { status: response.statusCode ?? 0, text: await readText(response) };
  } catch (cause) {
    throw new Unavailable(ask.dependency, messageOf(cause), { cause });
  }
}

function open(ask: UpstreamRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const payload = ask.body === undefined ? "" : JSON.stringify(ask.body);
  const outgoing = request(ask.url, {
    agent: false,
    method: ask.body === undefined ? "GET" : "POST",
    headers: { ...ask.headers, "content-type": "application/json", "content-length": Buffer.byteLength(payload) },
    signal: AbortSignal.any([ask.signal, AbortSignal.timeout(ask.limitMs)]),
  });
  outgoing.once("response", resolve);
  outgoing.on("error", reject);
  outgoing.end(payload);
  return promise;
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > answerLimitBytes) throw new Error(`answer larger than ${answerLimitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
