/** Runs a program inside a container that runs: what a store's own image brings along fits the store, whatever this machine has. */

import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { engineJson } from "../../supervisor/system/engine.ts";
import { Bytes } from "./bytes.ts";
import { attach } from "./engine-stream.ts";

export interface InContainer {
  readonly container: string;
  readonly command: readonly string[];
  /** Beside what the container has. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Its standard input; nothing when left out. */
  readonly input?: AsyncIterable<Buffer>;
  /** Told what it writes to its standard output, which waits meanwhile; dropped when left out. */
  readonly output?: (chunk: Buffer) => Promise<void>;
}

const callWithinMs = 10_000;
const headBytes = 8;
const standardError = 2;
const keptComplaint = 4_096;
const createdSchema = z.object({ Id: z.string() });
const endedSchema = z.object({ ExitCode: z.int().nullable() });

/** Resolves when it has ended with 0. Errors: `stack-unavailable` with what it said last; when the signal is given it may run on inside. */
export async function runIn(endpoint: string, { container, command, env, signal, input, output }: InContainer): Promise<void> {
  const wish = { AttachStdin: input !== undefined, AttachStdout: true, AttachStderr: true, Tty: false, Cmd: command, Env: Object.entries(env).map(([name, value]) => `${name}=${value}`) };
  const { Id: id } = await engineJson(endpoint, { method: "POST", path: `/containers/${encodeURIComponent(container)}/exec`, body: wish, withinMs: callWithinMs }, { of: createdSchema, status: [201] });
  const socket = await attach(endpoint, { method: "POST", path: `/exec/${id}/start`, signal }, { Detach: false, Tty: false });
  let complaint = "";
  const give = (): void => void socket.destroy(new Error(messageOf(signal.reason)));
  signal.addEventListener("abort", give, { once: true });
  try {
    const feed = async (): Promise<void> => {
      if (input !== undefined) await pipeline(Readable.from(input, { objectMode: false }), socket);
    };
    const read = async (): Promise<void> => {
      for await (const { stream, chunk } of framesOf(socket)) {
        if (stream === standardError) complaint = `${complaint}${chunk.toString("utf8")}`.slice(-keptComplaint);
        else await output?.(chunk);
      }
    };
    const [fed, ended] = await Promise.allSettled([feed(), read()]);
    if (ended.status === "rejected") throw ended.reason;
    const { ExitCode: code } = await engineJson(endpoint, { method: "GET", path: `/exec/${id}/json`, withinMs: callWithinMs }, { of: endedSchema });
    if (code !== 0) throw new Error(`ended with ${code ?? "nothing"}`);
    if (fed.status === "rejected") throw fed.reason;
  } catch (error) {
    throw new RoadworthyError("stack-unavailable", `${command[0]} in the container: ${messageOf(error)}${complaint === "" ? "" : `\n${complaint.trim()}`}`, { hint: "see what it said", cause: error });
  } finally {
    signal.removeEventListener("abort", give);
    socket.destroy();
  }
}

/** 1 byte for the stream, 3 of nothing, 4 for the length. */
async function* framesOf(socket: Duplex): AsyncGenerator<{ stream: number; chunk: Buffer }> {
  const bytes = new Bytes(socket);
  while (!(await bytes.isAtEnd())) {
    const head = await bytes.exactly(headBytes);
    for await (const chunk of bytes.upTo(head.readUInt32BE(4))) yield { stream: head.readUInt8(0), chunk };
  }
}
