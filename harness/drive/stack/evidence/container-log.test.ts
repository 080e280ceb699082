import { expect, test } from "vitest";
import { unixUsOfIsoTime } from "../../../base/time.ts";
import { printedLines } from "./container-log.ts";

const stamp = (second: number): string => `2026-11-20T14:02:${String(second).padStart(2, "0")}.500000000Z`;
const offsetUs = unixUsOfIsoTime(stamp(0));

function frame(stream: 1 | 2, text: string | Buffer): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

test("frames become lines with their streams, in order of time", () => {
  const bytes = Buffer.concat([frame(2, `${stamp(2)} no database\r\n`), frame(1, `${stamp(1)} ready\n`), frame(1, `${stamp(3)} \n`)]);
  expect(printedLines(bytes, offsetUs)).toEqual([
    { at: 1_000_000, stream: "out", line: "ready" },
    { at: 2_000_000, stream: "err", line: "no database" },
  ]);
});

test("a line in several pieces is one line, cut where it is longer than anybody reads; what has no end of line counts", () => {
  const piece = "x".repeat(3_000);
  const bytes = Buffer.concat([frame(1, `${stamp(1)} ${piece}`), frame(2, `${stamp(1)} in between\n`), frame(1, `${stamp(2)} ${piece}\n`), frame(1, `${stamp(3)} prompt>`)]);
  const lines = printedLines(bytes, offsetUs);
  expect(lines.map(({ at, line }) => [at, line.length])).toEqual([[1_000_000, 10], [1_000_000, 4_096], [3_000_000, 7]]);
});

test("bytes that are no text, a frame that is cut off and a line without a time do no harm", () => {
  const whole = frame(1, Buffer.concat([Buffer.from(`${stamp(1)} `), Buffer.from([0xff, 0xfe, 0x00, 0x1b, 0x0a])]));
  const cut = frame(2, `${stamp(2)} gone on for long\n`).subarray(0, 40);
  expect(printedLines(Buffer.concat([frame(1, "no time\n"), whole, cut]), offsetUs)).toEqual([
    { at: 1_000_000, stream: "out", line: "\u{FFFD}\u{FFFD}\u{0}\u{1B}" },
    { at: 2_000_000, stream: "err", line: "g" },
  ]);
});

test("a container with a terminal has no frames", () => {
  expect(printedLines(Buffer.from(`${stamp(1)} one\r\n${stamp(2)} two\r\n`), offsetUs).map(({ line }) => line)).toEqual(["one", "two"]);
  expect(printedLines(Buffer.alloc(0), offsetUs)).toEqual([]);
});
