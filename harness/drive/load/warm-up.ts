/**
 * Runs the engine for a moment against a server inside this process, so that its code is compiled before the first request that
 * counts: at 34,000/s the first half second was up to 40 ms late without it. Nothing of it is kept and the target sees nothing of it.
 */

import { createServer, type Server } from "node:net";
import { listening } from "../../base/listening.ts";
import { nowUs } from "../../base/time.ts";
import { encodeRequest, requestBytes } from "../../log/record.ts";
import { faultOfAnswer } from "../../scenario/route.ts";
import { startEngine } from "./engine.ts";
import { plainOrigin } from "./http/origin.ts";
import type { Journey } from "./prepared-request.ts";

const warmUpMs = 400;
/** Calls make a function hot, not time. */
const ratePerMs = 20;
const scratch = Buffer.alloc(requestBytes);
const expect = { status: [200], json: { status: "ok" } };
const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\nkeep-alive: timeout=5\r\n\r\n{"status":"ok"}');
const bytes = Buffer.from("GET / HTTP/1.1\r\nhost: warm-up\r\n\r\n");

export async function warmUp(): Promise<void> {
  await using server = await listening(answering());
  const engine = startEngine({
    sources: [
      { workload: 0, pace: (n) => n / ratePerMs, origins: [plainOrigin({ host: "127.0.0.1", port: server.port })], connections: 8, timeoutMs: 1000, arrive: oneRequest },
    ],
    startAtUs: nowUs(),
    totalMs: warmUpMs,
    record: (request) => encodeRequest(scratch, 0, request),
  });
  await engine.finished;
}

function oneRequest(): Journey {
  let isMade = false;
  return () => {
    if (isMade) return null;
    isMade = true;
    return { route: 0, origin: 0, bytes, isHead: false, keepBody: true, fault: (status, body) => faultOfAnswer(expect, status, body) };
  };
}

function answering(): Server {
  return createServer((socket) => socket.on("data", () => socket.write(answer)));
}
