/**
 * One keep-alive connection: sends one request at a time and reads its answer. Built on a raw socket whose bytes land in a buffer that
 * all connections share, because they are read before the next ones arrive.
 *
 *   connecting (already with its first request) → busy ⇄ idle → gone
 */

import type { Socket } from "node:net";
import { messageOf, systemErrorCode } from "../../../base/error.ts";
import { nowUs, type InstantUs } from "../../../base/time.ts";
import type { RequestOutcome } from "../../../log/event.ts";
import { connectGuarded } from "../../guard/connect.ts";
import { assertPermitted, type Guard } from "../../guard/guard.ts";
import { AnswerParser } from "./answer-parser.ts";
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
}

export interface ConnectionOwner {
  /** The exchange is over; the connection is idle when `isReusable`, gone otherwise. */
  onEnd(connection: Connection, ending: Ending): void;
  /** It was closed while it was idle. */
  onIdleClosed(connection: Connection): void;
}

/** The server may close an idle connection at any moment; one that was idle for longer is not trusted with a request. */
const idleLimitUs = 1_500_000;
/** How much earlier than the server's own word. */
const idleMarginUs = 500_000;

export class Connection {
  /** When its present request was sent. */
  startUs: InstantUs = 0;
  isReusable = true;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #parser = new AnswerParser();
  #request: PreparedRequest | null = null;
  #firstByteUs: InstantUs = 0;
  #isConnected = false;
  #idleSinceUs: InstantUs = 0;

  /** Throws `not-allowed` when the guard does not let it through. */
  constructor({ address }: Origin, owner: ConnectionOwner, guard: Guard) {
    assertPermitted(address, guard);
    this.#owner = owner;
    this.#socket = connectGuarded(address, guard, {
      noDelay: true,
      onread: {
        buffer: sharedReadBuffer,
        callback: (size) => {
          this.#read(sharedReadBuffer.subarray(0, size));
          return true;
        },
      },
    });
    this.#socket.on("connect", () => {
      this.#isConnected = true;
    });
    this.#socket.on("error", (error) => this.#fail(outcomeOf(error), errorMessage(error)));
    this.#socket.on("end", () => this.#close());
    this.#socket.on("close", () => this.#close());
  }

  /** Sends a request; exactly one `onEnd` follows. Only on a new connection or an idle one. */
  send(request: PreparedRequest, startUs: InstantUs): void {
    this.#request = request;
    this.startUs = startUs;
    this.#firstByteUs = 0;
    this.#parser.begin(request);
    this.#socket.write(request.bytes);
  }

  /** Whether it is wise to send another request on this idle connection. */
  isFresh(now: InstantUs): boolean {
    const said = this.#parser.head.idleSeconds;
    const limitUs = said === null ? idleLimitUs : Math.min(idleLimitUs, said * 1_000_000 - idleMarginUs);
    return now - this.#idleSinceUs < limitUs && !this.#socket.destroyed;
  }

  /** Gives the present request up; `when` completes the sentence "no answer …". */
  abandon(when: string): void {
    this.#fail("timeout", `${this.#isConnected ? "no answer" : "no connection"} ${when}`);
  }

  /** Closes an idle connection, without a word to its owner. */
  close(): void {
    this.isReusable = false;
    this.#socket.destroy();
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
    const fault = request.fault(status, request.keepBody ? this.#parser.body() : "");
    // An answer that came before its request had left: the rest of it would be taken for the next request.
    if (this.#parser.reusable && this.#socket.writableLength === 0) this.#idleSinceUs = now;
    else this.#retire();
    this.#end({ outcome: fault ?? "ok", status, endUs: now, message: messageOfFault(fault, status) });
  }

  #close(): void {
    if (this.#request === null) {
      if (this.isReusable) this.#closeIdle();
    } else if (this.#parser.end() === "done") {
      this.#answer(this.#request, nowUs());
    } else {
      this.#fail("reset", this.#parser.bytes === 0 ? "closed before an answer" : "closed in the middle of an answer");
    }
  }

  #fail(outcome: RequestOutcome, message: string): void {
    if (!this.isReusable) return;
    if (this.#request === null) {
      this.#closeIdle();
      return;
    }
    this.#retire();
    this.#end({ outcome, status: 0, endUs: nowUs(), message });
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
    this.#owner.onEnd(this, { ...ending, firstByteUs: this.#firstByteUs === 0 ? ending.endUs : this.#firstByteUs, bytes: this.#parser.bytes });
  }
}

function messageOfFault(fault: "status" | "body" | null, status: number): string {
  if (fault === null) return "";
  return fault === "status" ? `status ${status}` : `status ${status} with a body that is not as expected`;
}

/** Errors of this machine: no socket, no port, no memory for one more connection. */
const localErrors = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"]);
const refusals = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "EACCES", "EPERM"]);

function outcomeOf(error: Error): RequestOutcome {
  const code = systemErrorCode(error) ?? "";
  if (localErrors.has(code)) return "dropped";
  if (refusals.has(code)) return "refused";
  return code === "ETIMEDOUT" ? "timeout" : "reset";
}

function errorMessage(error: Error): string {
  return systemErrorCode(error) ?? messageOf(error);
}
