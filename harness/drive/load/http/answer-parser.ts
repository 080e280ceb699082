/**
 * Reads one HTTP/1.1 answer from the bytes of a socket, however they are cut. Hand-written because it runs for every request of the
 * load: it looks at each byte of a head once, keeps nothing that nobody asked for, and holds at most the head limit in memory.
 *
 *   status → header … → (1xx: status again) → counted │ until-close │ size → chunk → chunk-end → size … → trailer … → done
 */

import { emptyHead, hexDigit, keepHeaderLine, readHeaderLine, readStatusLine, type Head } from "./answer-head.ts";

/** Bytes of a head, interim answers included; of the trailers; and of each line that gives the size of a chunk. */
export const headLimitBytes = 64 * 1024;
/** A body is kept for its check up to this size; what comes after is counted, not kept. */
export const keptBodyLimitBytes = 1024 * 1024;

export interface AnswerShape {
  /** Whether the request was a HEAD, whose answer has no body whatever its headers say. */
  readonly isHead: boolean;
  readonly keepBody: boolean;
  /** Names of headers, in lower case, whose values are to be kept. */
  readonly headers?: readonly string[];
}

export type Progress = "more" | "done" | "malformed";

type State = "status" | "header" | "counted" | "until-close" | "size" | "chunk" | "chunk-end" | "trailer" | "done" | "malformed";

const lineFeed = 10;
const carriageReturn = 13;
const semicolon = 59;

export class AnswerParser {
  /** What is wrong with a malformed answer. */
  problem = "";
  /** Whether the connection may carry another request. False, too, when more bytes came than the answer holds. */
  reusable = false;
  /** Bytes of the answer so far, head and body as they were sent. */
  bytes = 0;
  head: Head = emptyHead();
  /** The headers that were asked for, by their names in lower case; of several of one name the first. */
  readonly headers = new Map<string, string>();
  #state: State = "status";
  #shape: AnswerShape = { isHead: false, keepBody: false };
  #headBytes = 0;
  #restBytes = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** A body that came whole, in one piece. */
  #text = "";
  /** A line whose end has not come yet. */
  #line = Buffer.allocUnsafe(256);
  #lineBytes = 0;

  /** Makes ready for the answer to another request. */
  begin(shape: AnswerShape): void {
    this.#shape = shape;
    this.#state = "status";
    this.head = emptyHead();
    this.#headBytes = 0;
    this.#lineBytes = 0;
    if (this.#keptBytes > 0) this.#kept = [];
    this.#keptBytes = 0;
    this.#text = "";
    if (this.headers.size > 0) this.headers.clear();
    this.bytes = 0;
    this.reusable = false;
    this.problem = "";
  }

  /** The body as far as it was kept; empty unless it was asked for. */
  body(): string {
    return this.#keptBytes === 0 ? this.#text : Buffer.concat(this.#kept).toString("utf8");
  }

  /** Takes the next bytes, the first `length` of `bytes`; they may be overwritten once this has returned. */
  push(bytes: Buffer, length = bytes.length): Progress {
    let at = 0;
    while (at < length && this.#state !== "done" && this.#state !== "malformed") at = this.#step(bytes, at, length);
    this.bytes += at;
    if (this.#state === "malformed") return "malformed";
    if (this.#state !== "done") return "more";
    // Bytes beyond the answer belong to nothing that was asked for: the connection cannot be trusted with another request.
    if (at < length) this.reusable = false;
    return "done";
  }

  /** The server closed the connection: the end of some answers, the loss of the others. */
  end(): "done" | "cut" {
    if (this.#state !== "until-close") return "cut";
    this.#state = "done";
    return "done";
  }

  #step(bytes: Buffer, at: number, length: number): number {
    switch (this.#state) {
      case "counted":
      case "chunk":
        return this.#readCounted(bytes, at, length);
      case "until-close":
        this.#keep(bytes, at, length);
        return length;
      case "status":
      case "header":
      case "size":
      case "chunk-end":
      case "trailer":
        return this.#readLine(bytes, at, length);
      case "done":
      case "malformed":
        return length;
    }
  }

  #readCounted(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#restBytes);
    const isWhole = this.#state === "counted" && end - at === this.head.contentLength && end - at <= keptBodyLimitBytes;
    if (!isWhole) this.#keep(bytes, at, end);
    else if (this.#shape.keepBody) this.#text = bytes.toString("utf8", at, end);
    this.#restBytes -= end - at;
    if (this.#restBytes === 0) this.#state = this.#state === "chunk" ? "chunk-end" : "done";
    return end;
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    if (!this.#shape.keepBody) return;
    const size = Math.min(end - start, keptBodyLimitBytes - this.#keptBytes);
    if (size <= 0) return;
    this.#kept.push(Buffer.from(bytes.subarray(start, start + size)));
    this.#keptBytes += size;
  }

  #readLine(bytes: Buffer, at: number, length: number): number {
    let feed = at;
    while (feed < length && bytes[feed] !== lineFeed) feed += 1;
    const isWhole = feed < length;
    const next = isWhole ? feed + 1 : feed;
    this.#headBytes += next - at;
    if (this.#headBytes > headLimitBytes) {
      this.#fail(`its headers are larger than ${headLimitBytes} bytes`);
    } else if (isWhole && this.#lineBytes === 0) {
      this.#endLine(bytes, at, feed);
    } else {
      this.#hold(bytes, at, next);
      if (isWhole) this.#endHeldLine();
    }
    return next;
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    const size = this.#lineBytes + end - start;
    if (size > this.#line.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#line.length));
      this.#line.copy(larger, 0, 0, this.#lineBytes);
      this.#line = larger;
    }
    bytes.copy(this.#line, this.#lineBytes, start, end);
    this.#lineBytes = size;
  }

  #endHeldLine(): void {
    const feed = this.#lineBytes - 1;
    this.#lineBytes = 0;
    this.#endLine(this.#line, 0, feed);
  }

  /** A whole line: bytes[start, feed), and a line feed at `feed`. */
  #endLine(bytes: Buffer, start: number, feed: number): void {
    if (feed === start || bytes[feed - 1] !== carriageReturn) {
      this.#fail("a line does not end in CR LF");
      return;
    }
    const problem = this.#useLine(bytes, start, feed - 1);
    if (problem !== null) this.#fail(problem);
  }

  #useLine(bytes: Buffer, start: number, end: number): string | null {
    switch (this.#state) {
      case "status":
        this.#state = "header";
        return readStatusLine(this.head, bytes, start, end);
      case "header":
        if (start === end) return this.#endHead();
        if (this.#shape.headers !== undefined) keepHeaderLine(this.headers, this.#shape.headers, bytes.subarray(start, end));
        return readHeaderLine(this.head, bytes, start, end);
      case "size":
        return this.#readSize(bytes, start, end);
      case "chunk-end":
        this.#state = "size";
        return start === end ? null : "a chunk is longer than its size";
      case "trailer":
        if (start === end) this.#state = "done";
        return null;
      case "counted":
      case "chunk":
      case "until-close":
      case "done":
      case "malformed":
        return "the parser is confused";
    }
  }

  #endHead(): string | null {
    const { head } = this;
    if (head.status === 101) return "it switches protocols, which nobody asked for";
    if (head.status < 200) {
      this.head = emptyHead();
      this.headers.clear();
      this.#state = "status";
      return null;
    }
    this.reusable = head.isHttp11 ? !head.saysClose : head.saysKeepAlive && !head.saysClose;
    this.#state = this.#bodyState();
    // A length beside a coding is how requests are smuggled: what follows on this connection is not trusted (RFC 9112, 6.3).
    if (this.#state === "until-close" || (head.coding !== null && head.contentLength !== null)) this.reusable = false;
    return null;
  }

  #bodyState(): State {
    const { status, coding, contentLength } = this.head;
    if (this.#shape.isHead || status === 204 || status === 304) return "done";
    if (coding === "chunked") return "size";
    if (coding === "other" || contentLength === null) return "until-close";
    this.#restBytes = contentLength;
    return contentLength === 0 ? "done" : "counted";
  }

  #readSize(bytes: Buffer, start: number, end: number): string | null {
    let size = 0;
    let at = start;
    for (let value = hexDigit(bytes[at]); at < end && value >= 0; value = hexDigit(bytes[at])) {
      size = size * 16 + value;
      at += 1;
    }
    while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at += 1;
    if (at === start || size > Number.MAX_SAFE_INTEGER || (at < end && bytes[at] !== semicolon)) return "the size of a chunk cannot be read";
    this.#restBytes = size;
    this.#state = size === 0 ? "trailer" : "chunk";
    // Chunk lines are limited one by one: a long answer in small chunks is no long head.
    this.#headBytes = 0;
    return null;
  }

  #fail(problem: string): void {
    this.problem = problem;
    this.reusable = false;
    this.#state = "malformed";
  }
}
