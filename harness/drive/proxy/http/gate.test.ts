import { expect, test } from "vitest";
import { Gate, type StruckBy } from "./gate.ts";

const toxic = {};
const instead = Buffer.from("HTTP/1.1 203 Other\r\ncontent-length: 2\r\n\r\nhi");
const struck: StruckBy = { toxic, strike: { kind: "rewrite", answer: () => instead }, touch: () => {} };

function gateThat(strike: StruckBy | null): { gate: Gate; got: () => string; closed: () => number } {
  const got: Buffer[] = [];
  let closed = 0;
  const nowhere = { write: () => {}, end: () => {} };
  const client = { write: (bytes: Buffer) => void got.push(Buffer.from(bytes)), end: () => {} };
  const host = { strike: () => strike, close: () => void (closed += 1), moved: () => {} };
  return { gate: new Gate(host, { server: nowhere, client }), got: () => Buffer.concat(got).toString(), closed: () => closed };
}

const request = Buffer.from("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

test("an answer that is rewritten and turns into nonsense leaves the client with what takes its place, and ends", () => {
  const { gate, got, closed } = gateThat(struck);
  gate.requests.write(request);
  for (const part of [head, "5\r\nhello\r\n", "no size\r\n", "more nonsense"]) gate.answers.write(Buffer.from(part));
  expect(got()).toBe(instead.toString());
  expect(closed()).toBe(1);
  gate[Symbol.dispose]();
});

test("one that nothing strikes is handed on as it came, nonsense and all", () => {
  const { gate, got, closed } = gateThat(null);
  const parts = [head, "5\r\nhello\r\n", "no size\r\n", "more nonsense"];
  gate.requests.write(request);
  for (const part of parts) gate.answers.write(Buffer.from(part));
  expect(got()).toBe(parts.join(""));
  expect(closed()).toBe(0);
  gate[Symbol.dispose]();
});
