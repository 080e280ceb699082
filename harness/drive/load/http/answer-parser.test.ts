import { describe, expect, it } from "vitest";
import { dice, integerBetween } from "../../../base/random.ts";
import { AnswerParser, headLimitBytes, keptBodyLimitBytes, type AnswerShape, type Progress } from "./answer-parser.ts";

interface Read {
  progress: Progress | "cut";
  status: number;
  body: string;
  reusable: boolean;
  bytes: number;
}

const shape: AnswerShape = { isHead: false, keepBody: true };

/** Reads `pieces`, each from a buffer that is overwritten afterwards, as a socket's is; null is the end of the connection. */
function read(pieces: readonly (string | null)[], answerShape: AnswerShape = shape): Read {
  const parser = new AnswerParser();
  parser.begin(answerShape);
  let progress: Progress | "cut" = "more";
  for (const piece of pieces) {
    if (progress !== "more") break;
    if (piece === null) {
      progress = parser.end();
      continue;
    }
    const bytes = Buffer.from(piece, "latin1");
    progress = parser.push(bytes);
    bytes.fill(0xff);
  }
  return { progress, status: parser.head.status, body: parser.body(), reusable: parser.reusable, bytes: parser.bytes };
}

const lines = (...text: string[]): string => text.map((line) => `${line}\r\n`).join("");
const counted = `${lines("HTTP/1.1 200 OK", "Content-Type: text/plain", "content-LENGTH:  5 ", "")}hello`;
const chunked = lines("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, Chunked", "", "5;name=value", "hello", "A ", "0123456789", "0", "Trailer: x", "");

describe("an answer", () => {
  it.each<[string, readonly (string | null)[], Partial<Read>]>([
    ["with a length", [counted], { progress: "done", status: 200, body: "hello", reusable: true, bytes: counted.length }],
    ["in chunks", [chunked], { progress: "done", body: "hello0123456789", reusable: true, bytes: chunked.length }],
    ["of length 0", [lines("HTTP/1.1 503 Service Unavailable", "Content-Length: 0", "")], { progress: "done", status: 503, body: "", reusable: true }],
    ["without a reason", [lines("HTTP/1.1 200", "Content-Length: 0", "")], { progress: "done", status: 200 }],
    ["204 has no body", [lines("HTTP/1.1 204 No Content", "")], { progress: "done", status: 204, reusable: true }],
    ["304 has none, whatever its length", [lines("HTTP/1.1 304 Not Modified", "Content-Length: 9", "")], { progress: "done", status: 304, reusable: true }],
    ["after interim answers", [lines("HTTP/1.1 100 Continue", "", "HTTP/1.1 103 Early Hints", "Content-Length: 9", "") + counted], { progress: "done", status: 200, body: "hello" }],
    ["that ends with the connection", [`${lines("HTTP/1.1 200 OK", "")}hel`, "lo", null], { progress: "done", body: "hello", reusable: false }],
    ["that says close", [lines("HTTP/1.1 200 OK", "Connection: Close", "Content-Length: 0", "")], { progress: "done", reusable: false }],
    ["of HTTP/1.0", [lines("HTTP/1.0 200 OK", "Content-Length: 0", "")], { progress: "done", reusable: false }],
    ["of HTTP/1.0 that stays", [lines("HTTP/1.0 200 OK", "Connection: keep-alive", "Content-Length: 0", "")], { progress: "done", reusable: true }],
    ["with both length and chunks", [lines("HTTP/1.1 200 OK", "Content-Length: 3", "Transfer-Encoding: chunked", "", "0", "")], { progress: "done", reusable: false }],
    ["with the same length twice", [lines("HTTP/1.1 200 OK", "Content-Length: 0", "Content-Length: 0", "")], { progress: "done" }],
    ["with bytes after its end", [`${counted}HTTP/1.1 200 OK`], { progress: "done", body: "hello", reusable: false, bytes: counted.length }],
    ["cut in its body", [counted.slice(0, -1), null], { progress: "cut" }],
    ["cut in its head", [counted.slice(0, 20), null], { progress: "cut" }],
    ["cut between chunks", [chunked.slice(0, -14), null], { progress: "cut" }],
    ["that never began", [null], { progress: "cut", status: 0 }],
  ])("%s", (_name, pieces, expected) => {
    expect(read(pieces)).toMatchObject(expected);
  });

  it("to a HEAD has no body, whatever its length", () => {
    expect(read([lines("HTTP/1.1 200 OK", "Content-Length: 500", "")], { isHead: true, keepBody: false })).toMatchObject({ progress: "done", reusable: true });
  });

  it.each<[string, string]>([
    ["garbage", "\u0000\u0001\u0002 hello\r\n"],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["HTTP/2", "HTTP/2.0 200 OK\r\n"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n"],
    ["a status of four digits", "HTTP/1.1 2000 OK\r\n"],
    ["a status below 100", "HTTP/1.1 099 OK\r\n"],
    ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"],
    ["an empty first line", "\r\nHTTP/1.1 200 OK\r\n"],
    ["a header without a colon", lines("HTTP/1.1 200 OK", "nonsense", "")],
    ["a header without a name", lines("HTTP/1.1 200 OK", ": value", "")],
    ["a folded header", lines("HTTP/1.1 200 OK", "A: b", " c: d", "")],
    ["a blank before the colon", lines("HTTP/1.1 200 OK", "Content-Length : 5", "")],
    ["a negative length", lines("HTTP/1.1 200 OK", "Content-Length: -1", "")],
    ["a length in hexadecimal", lines("HTTP/1.1 200 OK", "Content-Length: 0x10", "")],
    ["an empty length", lines("HTTP/1.1 200 OK", "Content-Length: ", "")],
    ["a length beyond counting", lines("HTTP/1.1 200 OK", "Content-Length: 99999999999999999999", "")],
    ["two different lengths", lines("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2", "")],
    ["a change of protocol", lines("HTTP/1.1 101 Switching Protocols", "Upgrade: x", "")],
    ["a chunk without a size", lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "")],
    ["a chunk size that is none", lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5x", "hello", "0", "")],
    ["a chunk size beyond counting", lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "fffffffffffffffff")],
    ["a chunk longer than its size", lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "4", "hello", "0", "")],
  ])("that is %s is malformed, cut anywhere", (_name, text) => {
    expect(read([text]).progress).toBe("malformed");
    for (let at = 1; at < text.length; at += 1) expect(read([text.slice(0, at), text.slice(at)]).progress).toBe("malformed");
  });

  it.each([
    ["with a length", counted, "hello"],
    ["in chunks", chunked, "hello0123456789"],
  ])("%s reads the same when cut at any two bytes", (_name, text, body) => {
    const whole = read([text]);
    for (let first = 1; first < text.length; first += 1) {
      for (let second = first; second < text.length; second += 7) {
        expect(read([text.slice(0, first), text.slice(first, second), text.slice(second)])).toEqual(whole);
      }
    }
    expect(read(text.split("")).body).toBe(body);
  });

  it("with a head beyond the limit is malformed and holds no more than the limit", () => {
    const parser = new AnswerParser();
    parser.begin(shape);
    let pushed = 0;
    parser.push(Buffer.from("HTTP/1.1 200 OK\r\nX: "));
    const piece = Buffer.alloc(1000, "x");
    while (parser.push(piece) === "more" && pushed < 10 * headLimitBytes) pushed += piece.length;
    expect(parser.problem).toContain("headers are larger");
    expect(pushed).toBeLessThanOrEqual(headLimitBytes);
  });

  it("of many small chunks is not taken for a large head", () => {
    const chunks = "1\r\nx\r\n".repeat(headLimitBytes);
    expect(read([lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", ""), chunks, "0\r\n\r\n"])).toMatchObject({ progress: "done", reusable: true });
  });

  it("that is large is counted, and kept up to the limit only", () => {
    const body = "x".repeat(keptBodyLimitBytes + 5000);
    const answer = read([lines("HTTP/1.1 200 OK", `Content-Length: ${body.length}`, ""), body]);
    expect(answer.progress).toBe("done");
    expect(answer.body.length).toBe(keptBodyLimitBytes);
    expect(answer.bytes).toBeGreaterThan(body.length);
  });

  it("gives the server's own limit for idle connections", () => {
    const parser = new AnswerParser();
    parser.begin(shape);
    parser.push(Buffer.from(lines("HTTP/1.1 200 OK", "Keep-Alive: max=5, timeout=7", "Content-Length: 0", "")));
    expect(parser.head.idleSeconds).toBe(7);
  });

  it("of dice never throws and never reads past its end", () => {
    const roll = dice(7, "garbage");
    const results = new Set<string>();
    for (let round = 0; round < 2000; round += 1) {
      const base = Buffer.from(round % 2 === 0 ? counted : chunked, "latin1");
      const damaged = Buffer.from(base);
      for (let hit = 0; hit < 3; hit += 1) damaged[integerBetween(roll, 0, damaged.length - 1)] = integerBetween(roll, 0, 255);
      const parser = new AnswerParser();
      parser.begin(shape);
      results.add(parser.push(damaged));
      expect(parser.bytes).toBeLessThanOrEqual(damaged.length);
    }
    expect([...results].toSorted()).toEqual(["done", "malformed", "more"]);
  });

  it("leaves nothing behind for the next on the same parser", () => {
    const parser = new AnswerParser();
    parser.begin(shape);
    parser.push(Buffer.from("HTTP/1.1 500 Oops\r\nConnection: close\r\nX: half a li"));
    parser.begin(shape);
    expect(parser.push(Buffer.from(counted))).toBe("done");
    expect([parser.head.status, parser.body(), parser.reusable]).toEqual([200, "hello", true]);
  });
});
