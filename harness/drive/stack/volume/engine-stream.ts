/** Calls of an engine whose body or answer may be long: nothing of it is held in memory. */

import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openEngine, refusedBy, silent } from "../../supervisor/system/engine.ts";
import type { Tar } from "./tar.ts";

interface ArchivePlace {
  readonly container: string;
  /** Inside the container, which need not run. */
  readonly path: string;
  /** When it is given up. */
  readonly signal: AbortSignal;
}

interface StreamCall {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly signal: AbortSignal;
}

const longestComplaintBytes = 4_096;

/** Unpacks it in a folder that is there. Errors: `stack-unavailable` with the engine's own words. */
export async function putArchive(endpoint: string, place: ArchivePlace, tar: Tar): Promise<void> {
  const call = { method: "PUT", path: archivePath(place), signal: place.signal } as const;
  const outgoing = openEngine(endpoint, call, { headers: { "content-type": "application/x-tar" }, signal: call.signal });
  const answered = answerOf(outgoing, endpoint);
  // An engine that refuses it may answer before it has read it all: then the answer says why, and not the broken pipe.
  const [sent, answer] = await Promise.allSettled([pipeline(Readable.from(tar, { objectMode: false }), outgoing), answered]);
  if (answer.status === "rejected") throw answer.reason;
  if (answer.value.statusCode !== 200) throw await refusal(call, answer.value);
  answer.value.resume();
  if (sent.status === "rejected") throw sent.reason;
}

/** A file or a folder; the names in it begin with the last part of its path. null when there is none. */
export async function getArchive(endpoint: string, place: ArchivePlace): Promise<Tar | null> {
  const call = { method: "GET", path: archivePath(place), signal: place.signal } as const;
  const outgoing = openEngine(endpoint, call, { headers: {}, signal: call.signal });
  outgoing.end();
  const answer = await answerOf(outgoing, endpoint);
  if (answer.statusCode === 200) return answer;
  if (answer.statusCode !== 404) throw await refusal(call, answer);
  answer.resume();
  return null;
}

/** The connection itself, once the engine has answered that it is a stream in both directions from here on. */
export async function attach(endpoint: string, call: StreamCall, body: unknown): Promise<Duplex> {
  const text = JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text), connection: "Upgrade", upgrade: "tcp" };
  const outgoing = openEngine(endpoint, call, { headers, signal: call.signal });
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  outgoing.once("upgrade", (_answer, socket, head) => {
    socket.unshift(head);
    resolve(socket);
  });
  outgoing.once("response", (answer) => void refusal(call, answer).then(reject));
  outgoing.once("error", (error) => reject(silent(endpoint, error)));
  outgoing.end(text);
  return await promise;
}

function archivePath({ container, path }: ArchivePlace): string {
  return `/containers/${encodeURIComponent(container)}/archive?path=${encodeURIComponent(path)}`;
}

async function answerOf(outgoing: ClientRequest, endpoint: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.once("response", resolve);
  outgoing.once("error", (error) => reject(silent(endpoint, error)));
  return await promise;
}

async function refusal({ method, path }: StreamCall, answer: IncomingMessage): Promise<Error> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > longestComplaintBytes) break;
  }
  const bytes = Buffer.concat(chunks);
  return refusedBy({ method, path, withinMs: 0 }, { status: answer.statusCode ?? 0, bytes, text: bytes.toString("utf8") });
}
