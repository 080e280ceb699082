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
import type { Ending, Exchange } from "./exchange.ts";
import { awaited, closedWhen, failureOf, type Stage } from "./failure.ts";
import type { Origin } from "./origin.ts";

const readBufferBytes = 64 * 1024;
const sharedReadBuffer = Buffer.allocUnsafe(readBufferBytes);

export interface ConnectionOwner {
  /** The exchange is over; the connection is idle when `isReusable`, gone otherwise. */
  onEnd(connection: Connection, exchange: Exchange, ending: Ending): void;
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
  /** What is under way on it. Here and not in a table of its owner: one that changes with each request is made anew now and then, and each new one keeps the last alive. */
  exchange: Exchange | null = null;
  isReusable = true;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #isTls: boolean;
  readonly #parser = new AnswerParser();
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

  /** Whether it is connected, and hands have been shaken. */
  get isOpen(): boolean {
    return this.#stage === "open";
  }

  /** Sends a request; exactly one `onEnd` follows. Only on a new connection or an idle one. */
  send(exchange: Exchange): void {
    const { request } = exchange;
    this.exchange = exchange;
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
      this.#read(size);
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
    if (this.#sendLater && this.exchange !== null) this.#socket.write(this.exchange.request.bytes);
    this.#sendLater = false;
  }

  #read(size: number): void {
    if (this.exchange === null) {
      // Bytes that nobody asked for: what the server believes to answer is unknown.
      if (this.isReusable) this.#closeIdle();
      return;
    }
    const now = nowUs();
    if (this.#firstByteUs === 0) this.#firstByteUs = now;
    const progress = this.#parser.push(sharedReadBuffer, size);
    if (progress === "done") this.#answer(this.exchange, now);
    else if (progress === "malformed") this.#fail("malformed", `malformed answer: ${this.#parser.problem}`);
  }

  #answer({ request }: Exchange, now: InstantUs): void {
    const { status } = this.#parser.head;
    const body = request.keepBody ? this.#parser.body() : "";
    const fault = request.fault(status, body);
    const missing = fault === null && request.capture !== undefined ? request.capture(body, this.#parser.headers) : null;
    // An answer that came before its request had left: the rest of it would be taken for the next request.
    if (this.#parser.reusable && this.#socket.writableLength === 0) this.#idleSinceUs = now;
    else this.#retire();
    this.#end({
      outcome: missing === null ? (fault ?? "ok") : "body",
      status,
      firstByteUs: this.#firstByteUs === 0 ? now : this.#firstByteUs,
      endUs: now,
      bytes: this.#parser.bytes,
      message: missing ?? messageOfFault(fault, status),
      location: request.headers === undefined ? "" : (this.#parser.headers.get("location") ?? ""),
    });
  }

  #close(): void {
    if (this.exchange === null) {
      if (this.isReusable) this.#closeIdle();
    } else if (this.#parser.end() === "done") {
      this.#answer(this.exchange, nowUs());
    } else {
      this.#fail("reset", closedWhen(this.#stage, this.#parser.bytes));
    }
  }

  #fail(outcome: RequestOutcome, message: string): void {
    if (!this.isReusable) return;
    if (this.exchange === null) {
      this.#closeIdle();
      return;
    }
    this.#retire();
    const endUs = nowUs();
    this.#end({ outcome, status: 0, firstByteUs: this.#firstByteUs === 0 ? endUs : this.#firstByteUs, endUs, bytes: this.#parser.bytes, message, location: "" });
  }

  #closeIdle(): void {
    this.#retire();
    this.#owner.onIdleClosed(this);
  }

  #retire(): void {
    this.isReusable = false;
    this.#socket.destroy();
  }

  #end(ending: Ending): void {
    const { exchange } = this;
    this.exchange = null;
    if (exchange !== null) this.#owner.onEnd(this, exchange, ending);
  }
}

function messageOfFault(fault: "status" | "body" | null, status: number): string {
  if (fault === null) return "";
  return fault === "status" ? `status ${status}` : `status ${status} with a body that is not as expected`;
}
