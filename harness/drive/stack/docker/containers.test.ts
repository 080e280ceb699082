import { expect, test } from "vitest";
import { linesOf } from "./containers.ts";

function frame(stream: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

test("lines that a container printed come whole, whatever their length does to the bytes before them", () => {
  const long = "é".repeat(100);
  expect(linesOf(Buffer.concat([frame(1, `one\ntw`), frame(2, "o\n"), frame(1, `${long}\r\n`)]))).toEqual(["one", "two", long]);
});

test("a terminal's output has no frames, and nothing printed is no line", () => {
  expect(linesOf(Buffer.from("ready\r\ngo\r\n"))).toEqual(["ready", "go"]);
  expect(linesOf(Buffer.alloc(0))).toEqual([]);
});
