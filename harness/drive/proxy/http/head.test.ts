import { expect, test } from "vitest";
import { readAnswerHead, readRequestHead } from "./head.ts";

const head = (...lines: string[]): Buffer => Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
const none = { by: "length", bytes: 0 };

test.each([
  [["GET / HTTP/1.1", "host: a"], none],
  [["POST /a HTTP/1.1", "Content-Length: 12"], { by: "length", bytes: 12 }],
  [["POST /a HTTP/1.1", "transfer-encoding:chunked"], { by: "chunks" }],
  [["POST /a HTTP/1.1", "Transfer-Encoding: gzip, chunked"], { by: "chunks" }],
  [["POST /a HTTP/1.1", "x-content-length: 3"], none],
])("where the body of %j ends", (lines, framing) => {
  expect(readRequestHead(head(...lines))?.framing).toEqual(framing);
});

test.each([
  ["two lengths", ["POST / HTTP/1.1", "content-length: 1", "content-length: 2"]],
  ["length and chunks", ["POST / HTTP/1.1", "content-length: 1", "transfer-encoding: chunked"]],
  ["an encoding that is not chunked", ["POST / HTTP/1.1", "transfer-encoding: gzip"]],
  ["a length that is no number", ["POST / HTTP/1.1", "content-length: 1x"]],
  ["a line that goes on in the next", ["POST / HTTP/1.1", "x: a", " content-length: 1"]],
  ["HTTP/2", ["PRI * HTTP/2.0"]],
  ["nonsense", ["\u0000\u0001"]],
])("%s is not read", (_title, lines) => {
  expect(readRequestHead(head(...lines))).toBeNull();
});

test.each([
  ["HTTP/1.1 200 OK", "GET", ["content-length: 5"], { by: "length", bytes: 5 }],
  ["HTTP/1.1 200 OK", "HEAD", ["content-length: 5"], none],
  ["HTTP/1.1 304 Not Modified", "GET", ["content-length: 5"], none],
  ["HTTP/1.1 204 No Content", "GET", [], none],
  ["HTTP/1.1 100 Continue", "POST", [], none],
  ["HTTP/1.0 200 OK", "GET", [], { by: "close" }],
  ["HTTP/1.1 200 OK", "GET", ["transfer-encoding: chunked"], { by: "chunks" }],
])("where the body of %s to a %s with %j ends", (line, method, lines, framing) => {
  expect(readAnswerHead(head(line, ...lines), method)).toMatchObject({ framing, switches: false });
});

test("after an upgrade or a tunnel it is HTTP no more", () => {
  expect(readAnswerHead(head("HTTP/1.1 101 Switching Protocols"), "GET")).toMatchObject({ switches: true });
  expect(readAnswerHead(head("HTTP/1.1 200 OK"), "CONNECT")).toMatchObject({ switches: true });
});

test("who wants the connection to end, and who waits for leave", () => {
  const read = (first: string, ...rest: string[]): object | null => readRequestHead(head(first, ...rest));
  expect(read("GET / HTTP/1.1", "connection: keep-alive")).toMatchObject({ closes: false, expectsLeave: false });
  expect(read("GET / HTTP/1.1", "Connection: x, Close")).toMatchObject({ closes: true, expectsLeave: false });
  expect(read("GET / HTTP/1.0")).toMatchObject({ closes: true });
  expect(read("POST / HTTP/1.1", "Expect: 100-continue", "content-length: 3")).toMatchObject({ closes: true, expectsLeave: true });
});
