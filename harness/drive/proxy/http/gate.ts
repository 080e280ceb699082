/**
 * The place on a connection of a link marked `http` where single requests are struck. It sits at the upstream, behind the toxics of the requests and in
 * front of those of the answers, so these act on answers of the proxy too.
 *
 *     client ──▶ toxics ──▶ gate ──▶ upstream          a struck request is not handed on, its answer waits for its turn
 *     client ◀── toxics ◀── gate ◀── upstream          pipelined answers stay in the order of their requests
 *
 * What is no HTTP/1 (a WebSocket after its upgrade, HTTP/2, nonsense) passes untouched from there on.
 */

import type { Inlet } from "../relay/slot.ts";
import type { Strike } from "../toxics/http-toxic.ts";
import { readAnswerHead, readRequestHead, type Framing } from "./head.ts";
import { Joiner } from "./joiner.ts";
import { MessageReader } from "./message-reader.ts";
import { SlowLine } from "./slow-line.ts";

export interface GateHost {
  /** What a request meets, if anything; decided once for each, when its head is there. */
  strike(request: { method: string; path: string }): StruckBy | null;
  /** Ends the connection once what was written is sent. */
  close(): void;
  /** Something left: a client that had to wait may go on. */
  moved(): void;
}

export interface StruckBy {
  readonly toxic: object;
  readonly strike: Strike;
  /** Counts what was done to the request: bytes that were made or changed. */
  touch(bytes: number): void;
}

const endOfHead = "\r\n\r\n";

interface Exchange {
  readonly method: string;
  struck: StruckBy | null;
  /** The proxy's own answer; null when the server has to give it. */
  readonly answer: Buffer | null;
  readonly closes: boolean;
  /** What takes the place of the server's answer; null as long as that has not begun, or when nothing does. */
  instead: Buffer | null;
  /** Whether the request has come in as a whole. */
  isComplete: boolean;
}

/** Answers that wait for their turn; beyond that the client has to wait with its requests. */
const pendingLimit = 256;
const holdLimitBytes = 65_536;

export class Gate implements Disposable {
  readonly #host: GateHost;
  readonly #requestReader: MessageReader;
  readonly #answerReader: MessageReader;
  readonly #toServer: Joiner;
  readonly #toClient: Joiner;
  readonly #line: SlowLine;
  readonly #server: Inlet;
  #pending: Exchange[] = [];
  /** The request that is coming in, when it is not handed on. */
  #swallowed: Exchange | null = null;
  #isInterim = false;
  /** An answer broke off in the middle whose head the client never got. */
  #isBroken = false;
  /** What slowed down the bytes that wait now. */
  #slowedBy: object | null = null;

  constructor(host: GateHost, { server, client }: { server: Inlet; client: Inlet }) {
    this.#host = host;
    this.#server = server;
    this.#line = new SlowLine({ pass: (bytes) => client.write(bytes), passEnd: () => client.end() });
    this.#toServer = new Joiner((bytes) => server.write(bytes));
    this.#toClient = new Joiner((bytes) => this.#line.pass(bytes));
    this.#requestReader = new MessageReader({
      head: (head) => this.#requestHead(head),
      body: (bytes) => this.#requestBytes(bytes),
      done: () => this.#requestDone(),
      raw: (bytes) => this.#toServer.add(bytes),
    });
    this.#answerReader = new MessageReader({
      head: (head) => this.#answerHead(head),
      body: (bytes, isPayload) => this.#answerBody(bytes, isPayload),
      done: () => this.#answerDone(),
      raw: (bytes) => this.#answerRaw(bytes),
    });
  }

  /** For what the client sends. */
  readonly requests: Inlet = {
    write: (chunk) => this.#read(() => this.#requestReader.write(chunk)),
    end: () => {
      this.#read(() => this.#requestReader.end());
      this.#server.end();
    },
  };

  /** For what the server sends. */
  readonly answers: Inlet = {
    write: (chunk) => {
      this.#read(() => this.#answerReader.write(chunk));
      this.#host.moved();
    },
    end: () => {
      this.#read(() => this.#answerReader.end());
      this.#line.passEnd();
    },
  };

  get mustClientWait(): boolean {
    return this.#pending.length > pendingLimit;
  }

  get mustServerWait(): boolean {
    return this.#line.heldBytes > holdLimitBytes;
  }

  /** The toxic has changed or gone: what it slowed down leaves now, and requests that are under way are not struck by it any more. */
  release(toxic: object): void {
    for (const exchange of this.#pending) if (exchange.struck?.toxic === toxic) exchange.struck = null;
    if (this.#slowedBy === toxic) this.#line.flush();
  }

  [Symbol.dispose](): void {
    this.#line[Symbol.dispose]();
    this.#pending = [];
  }

  #read(act: () => void): void {
    act();
    this.#toServer.flush();
    this.#toClient.flush();
  }

  #requestHead(head: Buffer): Framing | null {
    const request = readRequestHead(head);
    if (request === null) return null;
    const struck = this.#host.strike(request);
    const answer = struck?.strike.kind === "answer" ? answerTo(request.method, struck.strike.answer(request.closes)) : null;
    const exchange: Exchange = { method: request.method, struck, answer, closes: request.closes, instead: null, isComplete: false };
    this.#pending.push(exchange);
    if (answer === null) {
      this.#toServer.add(head);
      return request.framing;
    }
    struck?.touch(answer.length);
    this.#swallowed = exchange;
    if (!request.expectsLeave) return request.framing;
    exchange.isComplete = true;
    this.#giveAnswers();
    return { by: "close" };
  }

  #requestBytes(bytes: Buffer): void {
    if (this.#swallowed === null) this.#toServer.add(bytes);
  }

  #requestDone(): void {
    if (this.#swallowed === null) return;
    this.#swallowed.isComplete = true;
    this.#swallowed = null;
    this.#giveAnswers();
  }

  #answerHead(head: Buffer): Framing | null {
    const [exchange] = this.#pending;
    const answer = exchange === undefined || exchange.answer !== null ? null : readAnswerHead(head, exchange.method);
    if (answer === null || answer.switches) {
      this.#requestReader.goBlind();
      this.#pending = [];
      return null;
    }
    this.#isInterim = answer.status < 200;
    if (exchange !== undefined && !this.#isInterim) exchange.instead = insteadOf(exchange);
    if (exchange?.instead == null) this.#toClient.add(head);
    return answer.framing;
  }

  #answerBody(bytes: Buffer, isPayload: boolean): void {
    if (this.#pending[0]?.instead != null) return;
    const struck = this.#pending[0]?.struck ?? null;
    if (struck === null || !isPayload) {
      this.#toClient.add(bytes);
      return;
    }
    struck.touch(bytes.length);
    if (struck.strike.kind === "change") this.#toClient.add(struck.strike.change(bytes));
    if (struck.strike.kind !== "slow") return;
    this.#toClient.flush();
    this.#slowedBy = struck.toxic;
    this.#line.passSlowly(bytes, struck.strike);
  }

  /** What cannot be read as an answer. Where its head was kept back, the rest of it would be an answer without a head: the client gets what takes its place, and no more. */
  #answerRaw(bytes: Buffer): void {
    const [exchange] = this.#pending;
    if (exchange?.instead == null) {
      this.#toClient.add(bytes);
      return;
    }
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#toClient.add(exchange.instead);
    this.#toClient.flush();
    this.#host.close();
  }

  #answerDone(): void {
    if (this.#isInterim) return;
    const instead = this.#pending[0]?.instead ?? null;
    if (instead !== null) this.#toClient.add(instead);
    this.#toClient.flush();
    this.#line.endSlow();
    this.#pending.shift();
    this.#giveAnswers();
  }

  #giveAnswers(): void {
    for (;;) {
      const [exchange] = this.#pending;
      if (exchange === undefined || exchange.answer === null || !exchange.isComplete) return;
      this.#pending.shift();
      this.#toClient.add(exchange.answer);
      if (!exchange.closes) continue;
      this.#toClient.flush();
      this.#host.close();
    }
  }
}

/** To HEAD the same head, and no body (RFC 9110, 9.3.2): the client would take one for the beginning of its next answer. */
function answerTo(method: string, answer: Buffer): Buffer {
  return method === "HEAD" ? answer.subarray(0, answer.indexOf(endOfHead) + endOfHead.length) : answer;
}

/** The answer to HEAD has no body, whatever it says of one, and so nothing to rewrite. */
function insteadOf({ method, struck }: Exchange): Buffer | null {
  if (struck?.strike.kind !== "rewrite" || method === "HEAD") return null;
  const instead = struck.strike.answer();
  struck.touch(instead.length);
  return instead;
}
