/** What a container printed, from the engine's log: the newest lines of it, however many there are. */

import { unixUsOfIsoTime } from "../../../base/time.ts";
import type { PrintedLine } from "../../../log/node-evidence.ts";
import { askEngine, refusedBy, type EngineCall } from "../../supervisor/system/engine.ts";
import { windowLimits } from "./line-window.ts";

/** With lines as long as an engine takes them in one piece, so many are about as much as an answer may be. */
const mostLines = 1_000;
const fewLines = 40;
const frameHeadBytes = 8;
const errorStream = 2;

export interface Printed {
  readonly lines: readonly PrintedLine[];
  /** Whether there is nothing older since `fromUs`. */
  readonly isWhole: boolean;
}

export interface PrintedSince {
  readonly endpoint: string;
  readonly container: string;
  readonly fromUs: number;
  /** Wall clock less monotonic clock. */
  readonly offsetUs: number;
}

/** Also of one that has ended. Where lines are so long that the answer has no end, only the last few of them. */
export async function printedSince(asked: PrintedSince, withinMs: number): Promise<Printed> {
  const deadlineMs = withinMs / 2;
  try {
    return await ask(asked, { most: mostLines, withinMs: deadlineMs });
  } catch {
    return await ask(asked, { most: fewLines, withinMs: deadlineMs });
  }
}

async function ask({ endpoint, container, fromUs, offsetUs }: PrintedSince, { most, withinMs }: { most: number; withinMs: number }): Promise<Printed> {
  const since = ((fromUs + offsetUs) / 1_000_000).toFixed(6);
  const call: EngineCall = { method: "GET", path: `/containers/${encodeURIComponent(container)}/logs?stdout=1&stderr=1&timestamps=1&since=${since}&tail=${most}`, withinMs };
  const answer = await askEngine(endpoint, call);
  if (answer.status !== 200) throw refusedBy(call, answer);
  const lines = printedLines(answer.bytes, offsetUs);
  return { lines, isWhole: lines.length < most };
}

/** From frames: 1 byte for the stream, 3 of nothing, 4 for the length; then the time and the line. What has a terminal comes without frames. */
export function printedLines(bytes: Buffer, offsetUs: number): PrintedLine[] {
  const book = new Book(offsetUs);
  let at = 0;
  while (isFrame(bytes, at)) {
    const end = at + frameHeadBytes + bytes.readUInt32BE(at + 4);
    book.add(bytes.toString("utf8", at + frameHeadBytes, end), bytes.readUInt8(at) === errorStream ? "err" : "out");
    at = end;
  }
  if (at === 0) for (const line of bytes.toString("utf8").split("\n")) book.add(`${line}\n`, "out");
  return book.end();
}

function isFrame(bytes: Buffer, at: number): boolean {
  return at + frameHeadBytes <= bytes.length && bytes.readUInt8(at) <= errorStream && bytes.readUIntBE(at + 1, 3) === 0;
}

/** A line that is too long for one piece comes in several, each with a time, and only the last one ends it. */
class Book {
  readonly #offsetUs: number;
  readonly #lines: PrintedLine[] = [];
  readonly #open = new Map<PrintedLine["stream"], PrintedLine>();

  constructor(offsetUs: number) {
    this.#offsetUs = offsetUs;
  }

  add(text: string, stream: PrintedLine["stream"]): void {
    const space = text.indexOf(" ");
    const at = unixUsOfIsoTime(text.slice(0, Math.max(0, space))) - this.#offsetUs;
    if (Number.isNaN(at)) return;
    const before = this.#open.get(stream);
    const piece = text.slice(space + 1);
    const line = { at: before?.at ?? at, stream, line: `${before?.line ?? ""}${piece}`.slice(0, windowLimits.rawChars).replace(/\r?\n$/, "") };
    this.#open.delete(stream);
    if (piece.endsWith("\n")) this.#lines.push(line);
    else this.#open.set(stream, line);
  }

  end(): PrintedLine[] {
    // What is printed without an end of line has been printed all the same.
    return [...this.#lines, ...this.#open.values()].filter(({ line }) => line !== "").toSorted((a, b) => a.at - b.at);
  }
}
