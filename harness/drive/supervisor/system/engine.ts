/**
 * The interface of a container engine (Docker 20.10 and newer; Podman answers nearly all of them), spoken by hand: a handful of calls, each with a
 * limit of its own, and no client library between an undo and its effect.
 */

import { request, type ClientRequest, type OutgoingHttpHeaders, type RequestOptions } from "node:http";
import { z } from "zod";
import { messageOf, RoadworthyError, systemErrorCode } from "../../../base/error.ts";
import { formatAddress, parseAddress } from "../../../base/loopback-address.ts";
import { timeoutSignal } from "../../../base/time.ts";
import { assertPermitted, guardOf, loopbackOnly } from "../../guard/guard.ts";

export interface EngineAnswer {
  readonly status: number;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface EngineCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With its query, without the interface's version: every engine answers in the newest one that it knows. */
  readonly path: string;
  readonly body?: unknown;
  readonly withinMs: number;
}

/** Beyond loopback. */
const permitted = new Set<string>();

/** From here on this process may speak with the engine at this literal address: the user has allowed it, and it is in the run's journal. */
export function permitEngine(endpoint: string): void {
  permitted.add(endpoint);
}

const limitBytes = 16 * 1024 * 1024;

/** Errors: `stack-unavailable` when the engine does not answer, with what helps; `not-allowed` for one on another machine that was not permitted. */
export async function askEngine(endpoint: string, call: EngineCall): Promise<EngineAnswer> {
  const signal = timeoutSignal(Math.ceil(call.withinMs));
  const { promise, resolve, reject } = Promise.withResolvers<EngineAnswer>();
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = { host: "engine", ...(body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }) };
  const outgoing = request({ ...placeOf(endpoint), method: call.method, path: call.path, agent: false, headers, signal }, (response) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    response.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      chunks.push(chunk);
      if (sizeBytes > limitBytes) response.destroy(new Error(`the answer to ${call.path} is longer than ${limitBytes} bytes`));
    });
    response.once("error", reject);
    response.once("end", () => resolve(answerOf(response.statusCode ?? 0, Buffer.concat(chunks))));
  });
  outgoing.once("error", reject);
  outgoing.end(body);
  try {
    return await promise;
  } catch (error) {
    throw silent(endpoint, signal.aborted ? new Error(`nothing came within ${call.withinMs / 1000} s`) : error);
  }
}

/** A call whose body or answer may be long: whoever makes it sends and reads it. What it fails with is told by `silent`. */
export function openEngine(endpoint: string, { method, path }: Pick<EngineCall, "method" | "path">, { headers, signal }: { readonly headers: OutgoingHttpHeaders; readonly signal: AbortSignal }): ClientRequest {
  return request({ ...placeOf(endpoint), method, path, agent: false, headers: { host: "engine", ...headers }, signal });
}

function answerOf(status: number, bytes: Buffer): EngineAnswer {
  return { status, bytes, text: bytes.toString("utf8") };
}

/** The answer's JSON. Throws `stack-unavailable` with the engine's own words when the status is none of these. */
export async function engineJson<T>(endpoint: string, call: EngineCall, shape: { readonly of: z.ZodType<T>; readonly status?: readonly number[] }): Promise<T> {
  const answer = await askEngine(endpoint, call);
  if (!(shape.status ?? [200]).includes(answer.status)) throw refusedBy(call, answer);
  return shape.of.parse(JSON.parse(answer.text));
}

export function refusedBy({ method, path }: EngineCall, { status, text }: EngineAnswer): RoadworthyError {
  return new RoadworthyError("stack-unavailable", `the container engine answered ${method} ${path.split("?")[0]} with ${status}: ${wordsOf(text)}`, { hint: "see the engine's own log" });
}

/** What the engine says about an error: `{"message": "…"}`. */
export function wordsOf(text: string): string {
  const parsed = messageSchema.safeParse(jsonOrNull(text));
  return parsed.success ? parsed.data.message.trim() : text.trim().slice(0, 300);
}

const messageSchema = z.object({ message: z.string() });

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An answer that goes on until it is disposed, or the engine ends it: what is not told by then is missing, and nothing else. */
export function followEngine(endpoint: string, path: string, onText: (text: string) => void): Disposable {
  const outgoing = request({ ...placeOf(endpoint), method: "GET", path, agent: false, headers: { host: "engine" } }, (response) => {
    response.setEncoding("utf8");
    response.on("data", onText);
    response.on("error", () => {});
  });
  outgoing.on("error", () => {});
  outgoing.end();
  return { [Symbol.dispose]: () => void outgoing.destroy() };
}

function placeOf(endpoint: string): RequestOptions {
  if (endpoint.startsWith("unix://")) return { socketPath: endpoint.slice("unix://".length) };
  const address = endpoint.startsWith("tcp://") ? parseAddress(endpoint.slice("tcp://".length)) : null;
  if (address === null) throw new RoadworthyError("stack-unavailable", `the container engine's address "${endpoint}" is not understood`, { hint: "set DOCKER_HOST to unix:///path or tcp://127.0.0.1:port" });
  assertPermitted(address, permitted.has(endpoint) ? guardOf([formatAddress(address)]) : loopbackOnly);
  return { host: address.host, port: address.port };
}

/** One clear error for each way in which there is no answer. */
export function silent(endpoint: string, error: unknown): RoadworthyError {
  const details = { where: endpoint, cause: error };
  const code = systemErrorCode(error);
  if (code === "ENOENT") return new RoadworthyError("stack-unavailable", `there is no container engine at ${endpoint}`, { ...details, hint: "install Docker Engine 20.10 or newer and start it, or name another one in DOCKER_HOST" });
  if (code === "ECONNREFUSED") return new RoadworthyError("stack-unavailable", `the container engine at ${endpoint} is not running`, { ...details, hint: "start it: `systemctl start docker`, or Docker Desktop" });
  if (code === "EACCES" || code === "EPERM") return new RoadworthyError("stack-unavailable", `the container engine at ${endpoint} may not be used by this user`, { ...details, hint: "add the user to the group `docker` and log in again, or use a rootless engine" });
  if (error instanceof RoadworthyError) return error;
  return new RoadworthyError("stack-unavailable", `the container engine at ${endpoint} does not answer: ${messageOf(error)}`, { ...details, hint: "see the engine's own log" });
}
