/** Reads the heads of HTTP/1 messages as far as a relay must: what is asked for, and where the body ends (RFC 9112, section 6). Pure. */

/** How the end of a body is known. */
export type Framing = { readonly by: "length"; readonly bytes: number } | { readonly by: "chunks" } | { readonly by: "close" };

export interface RequestHead {
  readonly method: string;
  /** The target as it was sent, with its query. */
  readonly path: string;
  readonly framing: Framing;
  /** The connection is not to be used for another request. */
  readonly closes: boolean;
  /** The client waits for leave to send the body that it announced, and will not send it after a refusal. */
  readonly expectsLeave: boolean;
}

export interface AnswerHead {
  readonly status: number;
  readonly framing: Framing;
  /** What follows is no HTTP any more. */
  readonly switches: boolean;
}

const empty: Framing = { by: "length", bytes: 0 };

/** null for what is no request of HTTP/1, or whose end is disputable. */
export function readRequestHead(head: Buffer): RequestHead | null {
  const text = head.toString("latin1");
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.([01])\r\n/.exec(text);
  const framing = match === null ? null : framingOf(text);
  if (match === null || framing === null) return null;
  const [, method = "", path = "", minor] = match;
  const expectsLeave = /\r\nexpect[ \t]*:/i.test(text);
  const closes = expectsLeave || minor === "0" || hasToken(text, "connection", "close");
  return { method, path, framing: framing === "none" ? empty : framing, closes, expectsLeave };
}

/** `method` is that of the request. null for what is no answer of HTTP/1, or whose end is disputable. */
export function readAnswerHead(head: Buffer, method: string): AnswerHead | null {
  const text = head.toString("latin1");
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(text)?.[1] ?? Number.NaN);
  const framing = Number.isNaN(status) ? null : framingOf(text);
  if (framing === null) return null;
  if (status === 101 || (method === "CONNECT" && status >= 200 && status < 300)) return { status, framing: empty, switches: true };
  const isBare = status < 200 || status === 204 || status === 304 || method === "HEAD";
  const ends = framing === "none" ? ({ by: "close" } as const) : framing;
  return { status, framing: isBare ? empty : ends, switches: false };
}

function framingOf(text: string): Framing | "none" | null {
  // A line that goes on in the next one is obsolete, and read differently by different servers.
  if (/\r\n[ \t]/.test(text)) return null;
  const lengths = valuesOf(text, "content-length");
  const encodings = valuesOf(text, "transfer-encoding");
  if (encodings.length > 0) return lengths.length === 0 && encodings.length === 1 && /(?:^|,)[ \t]*chunked$/i.test(encodings[0] ?? "") ? { by: "chunks" } : null;
  const [length] = lengths;
  if (length === undefined) return "none";
  return lengths.length === 1 && /^\d{1,15}$/.test(length) ? { by: "length", bytes: Number(length) } : null;
}

const patterns = {
  "content-length": /\r\ncontent-length[ \t]*:[ \t]*([^\r]*?)[ \t]*(?=\r\n)/gi,
  "transfer-encoding": /\r\ntransfer-encoding[ \t]*:[ \t]*([^\r]*?)[ \t]*(?=\r\n)/gi,
  connection: /\r\nconnection[ \t]*:[ \t]*([^\r]*?)[ \t]*(?=\r\n)/gi,
};

function valuesOf(text: string, name: keyof typeof patterns): string[] {
  return [...text.matchAll(patterns[name])].map((match) => match[1] ?? "");
}

function hasToken(text: string, name: keyof typeof patterns, token: string): boolean {
  return valuesOf(text, name).some((value) => value.toLowerCase().split(",").some((part) => part.trim() === token));
}
