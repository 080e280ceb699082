/**
 * One keep-alive connection: sends one request at a time and reads its answer. Built on a raw socket whose bytes land in a buffer that
 * all connections share, because they are read before the next ones arrive.
 *
 *   connecting (already with its first request) → [shaking hands for TLS] → busy ⇄ idle → gone
 */

import type { Socket } from "node:net";
import { nowUs, type InstantUs } from "../../../base/time.ts";
import type { RequestOutcome } from "../../../log/event.ts";
import { connectGuarded, connectTlsGuarded } from "../../guard/connect.ts";
import { assertPermitted, type Guard } from "../../guard/guard.ts";
import { AnswerParser } from "./answer-parser.ts";
import { awaited, closedWhen, failureOf, type Stage } from "./failure.ts";
import type { Origin } from "./origin.ts";
import type { PreparedRequest } from "../prepared-request.ts";

const readBufferBytes = 64 * 1024;
const sharedReadBuffer = Buffer.allocUnsafe(readBufferBytes);

/** How an exchange ended. `dropped`: this machine had no socket or port left, so that nothing was sent. */
export interface Ending {
  outcome: RequestOutcome;
  status: number;
  firstByteUs: InstantUs;
  endUs: InstantUs;
  bytes: number;
  message: string;
  /** The answer's Location; empty when there is none, or nobody asked for it. */
  location: string;
}

export interface ConnectionOwner {
  /** It is connected, and hands have been shaken. */
  onOpen(connection: Connection): void;
  /** The exchange is over; the connection is idle when `isReusable`, gone otherwise. */
  onEnd(connection: Connection, ending: Ending): void;
  /** It was closed while it was idle. */
  onIdleClosed(connection: Connection): void;
}

/** The server may close an idle connection at any moment; one that was idle for longer is not trusted with a request. */
const idleLimitUs = 1_500_000;
/** How much earlier than the server's own word. */
const idleMarginUs = 500_000;

/** The last TLS session of each origin, to go on with: it spares the larger part of a handshake. */
const sessions = new WeakMap<Origin, Buffer>();

export class Connection {
  /** When its present request was sent. */
  startUs: InstantUs = 0;
  isReusable = true;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #isTls: boolean;
  readonly #parser = new AnswerParser();
  #request: PreparedRequest | null = null;
  #firstByteUs: InstantUs = 0;
  #stage: Stage = "connecting";
  #idleSinceUs: InstantUs = 0;
  #sendLater = false;

  /** Throws `not-allowed` when the guard does not let it through. */
  constructor(origin: Origin, owner: ConnectionOwner, guard: Guard) {
    assertPermitted(origin.address, guard);
    this.#owner = owner;
    this.#isTls = origin.tls !== null;
    this.#socket = this.#connect(origin, guard);
    this.#socket.on("error", (error) => {
      const { outcome, message } = failureOf(error, { stage: this.#stage, isTls: this.#isTls });
      this.#fail(outcome, message);
    });
    this.#socket.on("end", () => this.#close());
    this.#socket.on("close", () => this.#close());
  }

  /** Sends a request; exactly one `onEnd` follows. Only on a new connection or an idle one. */
  send(request: PreparedRequest, startUs: InstantUs): void {
    this.#request = request;
    this.startUs = startUs;
    this.#firstByteUs = 0;
    this.#parser.begin(request);
    // Who the other side is must be known before it is told anything. A plain socket keeps the bytes until it is connected.
    if (this.#isTls && this.#stage !== "open") this.#sendLater = true;
    else this.#socket.write(request.bytes);
  }

  /** Whether it is wise to send another request on this idle connection. */
  isFresh(now: InstantUs): boolean {
    const said = this.#parser.head.idleSeconds;
    const limitUs = said === null ? idleLimitUs : Math.min(idleLimitUs, said * 1_000_000 - idleMarginUs);
    return now - this.#idleSinceUs < limitUs && !this.#socket.destroyed;
  }

  /** Gives the present request up; `when` completes the sentence "no answer …". */
  abandon(when: string): void {
    this.#fail("timeout", `${awaited(this.#stage)} ${when}`);
  }

  /** Closes an idle connection, without a word to its owner. */
  close(): void {
    this.isReusable = false;
    this.#socket.destroy();
  }

  #connect(origin: Origin, guard: Guard): Socket {
    const callback = (size: number): boolean => {
      this.#read(sharedReadBuffer.subarray(0, size));
      return true;
    };
    const onread = { buffer: sharedReadBuffer, callback };
    if (origin.tls === null) return connectGuarded(origin.address, guard, { noDelay: true, onread }).on("connect", () => this.#open());
    const socket = connectTlsGuarded(origin.address, guard, { ...origin.tls, protocols: ["http/1.1"], session: sessions.get(origin), onread });
    socket.on("connect", () => (this.#stage = "shaking-hands"));
    socket.on("secureConnect", () => this.#open());
    socket.on("session", (session) => sessions.set(origin, session));
    return socket;
  }

  #open(): void {
    this.#stage = "open";
    this.#owner.onOpen(this);
    if (this.#sendLater && this.#request !== null) this.#socket.write(this.#request.bytes);
    this.#sendLater = false;
  }

  #read(bytes: Buffer): void {
    if (this.#request === null) {
      // Bytes that nobody asked for: what the server believes to answer is unknown.
      if (this.isReusable) this.#closeIdle();
      return;
    }
    const now = nowUs();
    if (this.#firstByteUs === 0) this.#firstByteUs = now;
    const progress = this.#parser.push(bytes);
    if (progress === "done") this.#answer(this.#request, now);
    else if (progress === "malformed") this.#fail("malformed", `malformed answer: ${this.#parser.problem}`);
  }

  #answer(request: PreparedRequest, now: InstantUs): void {
    const { status } = this.#parser.head;
    const body = request.keepBody ? this.#parser.body() : "";
    const fault = request.fault(status, body);
    const missing = fault === null && request.capture !== undefined ? request.capture(body, this.#parser.headers) : null;
    // An answer that came before its request had left: the rest of it would be taken for the next request.
    if (this.#parser.reusable && this.#socket.writableLength === 0) this.#idleSinceUs = now;
    else this.#retire();
    const location = request.headers === undefined ? "" : (this.#parser.headers.get("location") ?? "");
    if (missing === null) this.#end({ outcome: fault ?? "ok", status, endUs: now, message: messageOfFault(fault, status), location });
    else this.#end({ outcome: "body", status, endUs: now, message: missing, location });
  }

  #close(): void {
    if (this.#request === null) {
      if (this.isReusable) this.#closeIdle();
    } else if (this.#parser.end() === "done") {
      this.#answer(this.#request, nowUs());
    } else {
      this.#fail("reset", closedWhen(this.#stage, this.#parser.bytes));
    }
  }

  #fail(outcome: RequestOutcome, message: string): void {
    if (!this.isReusable) return;
    if (this.#request === null) {
      this.#closeIdle();
      return;
    }
    this.#retire();
    this.#end({ outcome, status: 0, endUs: nowUs(), message, location: "" });
  }

  #closeIdle(): void {
    this.#retire();
    this.#owner.onIdleClosed(this);
  }

  #retire(): void {
    this.isReusable = false;
    this.#socket.destroy();
  }

  #end(ending: Omit<Ending, "firstByteUs" | "bytes">): void {
    this.#request = null;
    const { outcome, status, endUs, message, location } = ending;
    // Field by field, here and in the engine: spread objects are slow enough to be seen at tens of thousands a second.
    this.#owner.onEnd(this, { outcome, status, firstByteUs: this.#firstByteUs === 0 ? endUs : this.#firstByteUs, endUs, bytes: this.#parser.bytes, message, location });
  }
}

function messageOfFault(fault: "status" | "body" | null, status: number): string {
  if (fault === null) return "";
  return fault === "status" ? `status ${status}` : `status ${status} with a body that is not as expected`;
}
