/** The lines of an answer's head, read from their bytes. Only the few headers that frame an answer are looked at. */

export interface Head {
  /** 0 until the status line has been read. */
  status: number;
  isHttp11: boolean;
  saysClose: boolean;
  saysKeepAlive: boolean;
  contentLength: number | null;
  /** null: there is no Transfer-Encoding. */
  coding: "chunked" | "other" | null;
  /** After how long the server says that it closes an idle connection. */
  idleSeconds: number | null;
}

export function emptyHead(): Head {
  return { status: 0, isHttp11: true, saysClose: false, saysKeepAlive: false, contentLength: null, coding: null, idleSeconds: null };
}

const protocol = Buffer.from("HTTP/1.", "latin1");
const space = 32;
const tab = 9;
const colon = 58;
/** In lower case. */
const connection = Buffer.from("connection", "latin1");
const keepAlive = Buffer.from("keep-alive", "latin1");
const contentLength = Buffer.from("content-length", "latin1");
const transferEncoding = Buffer.from("transfer-encoding", "latin1");

/** Reads `HTTP/1.1 200 OK` from bytes[start, end). What is wrong with it, or null. */
export function readStatusLine(head: Head, bytes: Buffer, start: number, end: number): string | null {
  if (end - start < 12) return "its status line is too short";
  for (let index = 0; index < protocol.length; index += 1) {
    if (bytes[start + index] !== protocol[index]) return "it does not begin with HTTP/1.";
  }
  const minor = digit(bytes[start + 7]);
  const status = digit(bytes[start + 9]) * 100 + digit(bytes[start + 10]) * 10 + digit(bytes[start + 11]);
  if (!(minor <= 1) || bytes[start + 8] !== space || !(status >= 100 && status <= 599)) return "its status line cannot be read";
  if (end - start > 12 && bytes[start + 12] !== space) return "its status is not three digits";
  head.status = status;
  head.isHttp11 = minor === 1;
  return null;
}

/** Reads one `Name: value` line from bytes[start, end). What is wrong with it, or null. */
export function readHeaderLine(head: Head, bytes: Buffer, start: number, end: number): string | null {
  let nameEnd = start;
  while (nameEnd < end && bytes[nameEnd] !== colon) nameEnd += 1;
  if (nameEnd === end || nameEnd === start) return "a header line has no name";
  if (isBlank(bytes[start]) || isBlank(bytes[nameEnd - 1])) return "the name of a header holds a blank";
  // By its length alone nearly every line is known to be of no interest.
  switch (nameEnd - start) {
    case 10:
      if (equals(bytes, start, nameEnd, connection)) return readConnection(head, bytes, nameEnd + 1, end);
      return equals(bytes, start, nameEnd, keepAlive) ? readKeepAlive(head, valueOf(bytes, nameEnd, end)) : null;
    case 14:
      return equals(bytes, start, nameEnd, contentLength) ? readLength(head, bytes, nameEnd + 1, end) : null;
    case 17:
      return equals(bytes, start, nameEnd, transferEncoding) ? readCoding(head, valueOf(bytes, nameEnd, end)) : null;
    default:
      return null;
  }
}

/** Keeps the value of a `Name: value` line when its name is one of `wanted` (lower case) and not there yet. */
export function keepHeaderLine(kept: Map<string, string>, wanted: readonly string[], line: Buffer): void {
  const nameEnd = line.indexOf(colon);
  const name = nameEnd < 0 ? "" : lowerCase(line, 0, nameEnd);
  if (wanted.includes(name) && !kept.has(name)) kept.set(name, line.toString("utf8", nameEnd + 1).trim());
}

/** Value of a hexadecimal digit; -1 for any other byte. */
export function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function readConnection(head: Head, bytes: Buffer, start: number, end: number): null {
  // What nearly every answer says that says anything.
  if (bytes[start] === space && equals(bytes, start + 1, end, keepAlive)) {
    head.saysKeepAlive = true;
    return null;
  }
  for (const word of lowerCase(bytes, start, end).split(",")) {
    if (word.trim() === "close") head.saysClose = true;
    if (word.trim() === "keep-alive") head.saysKeepAlive = true;
  }
  return null;
}

function readKeepAlive(head: Head, value: string): null {
  const seconds = /timeout=(\d{1,9})/i.exec(value)?.[1];
  if (seconds !== undefined) head.idleSeconds = Number(seconds);
  return null;
}

/** Reads digits from bytes[start, end), with blanks around them. */
function readLength(head: Head, bytes: Buffer, start: number, end: number): string | null {
  let [at, last] = [start, end];
  while (at < last && isBlank(bytes[at])) at += 1;
  while (at < last && isBlank(bytes[last - 1])) last -= 1;
  let length = at === last || last - at > 15 ? Number.NaN : 0;
  for (; at < last; at += 1) length = length * 10 + digit(bytes[at]);
  if (Number.isNaN(length)) return "its Content-Length is not a number";
  if (head.contentLength !== null && head.contentLength !== length) return "it has two different Content-Lengths";
  head.contentLength = length;
  return null;
}

function readCoding(head: Head, value: string): null {
  // The last coding decides how the body ends (RFC 9112, 6.3).
  head.coding = value.toLowerCase().split(",").at(-1)?.trim() === "chunked" ? "chunked" : "other";
  return null;
}

/** Whether bytes[start, end) are `word`, which is in lower case, in any case. A text made of them would cost more than all the rest of a head. */
function equals(bytes: Buffer, start: number, end: number, word: Buffer): boolean {
  if (end - start !== word.length) return false;
  for (let index = 0; index < word.length; index += 1) {
    const byte = bytes[start + index] ?? 0;
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== word[index]) return false;
  }
  return true;
}

function valueOf(bytes: Buffer, nameEnd: number, end: number): string {
  return bytes.toString("latin1", nameEnd + 1, end).trim();
}

function lowerCase(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("latin1", start, end).toLowerCase();
}

/** NaN for what is no digit: every comparison with it is false. */
function digit(byte: number | undefined): number {
  return byte !== undefined && byte >= 48 && byte <= 57 ? byte - 48 : Number.NaN;
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab;
}
