import { expect, test } from "vitest";
import { dice, integerBetween } from "../../../base/random.ts";
import { readRequestHead } from "./head.ts";
import { MessageReader } from "./message-reader.ts";

interface Heard {
  /** Everything in order, as it came out. */
  all: string;
  payload: string;
  messages: number;
  raw: string;
}

function listen(): { heard: Heard; reader: MessageReader } {
  const heard: Heard = { all: "", payload: "", messages: 0, raw: "" };
  const reader = new MessageReader({
    head: (head) => {
      const request = readRequestHead(head);
      if (request !== null) heard.all += head.toString();
      return request?.framing ?? null;
    },
    body: (bytes, isPayload) => {
      heard.all += bytes.toString();
      if (isPayload) heard.payload += bytes.toString();
    },
    done: () => (heard.messages += 1),
    raw: (bytes) => {
      heard.all += bytes.toString();
      heard.raw += bytes.toString();
    },
  });
  return { heard, reader };
}

const messages = [
  "GET /a HTTP/1.1\r\nhost: x\r\n\r\n",
  "POST /b HTTP/1.1\r\ncontent-length: 11\r\n\r\nhello\r\n\r\nyo",
  "POST /c HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5;note=1\r\nab\r\nc\r\n1\r\nd\r\n0\r\ntrailer: 1\r\n\r\n",
  "DELETE /d HTTP/1.1\r\ncontent-length: 0\r\n\r\n",
].join("");

test("whatever chunks they come in, messages are told apart and every byte comes out in order", () => {
  const roll = dice(5, "cuts");
  for (let round = 0; round < 300; round += 1) {
    const { heard, reader } = listen();
    const most = round === 0 ? 1 : integerBetween(roll, 1, 40);
    for (let at = 0; at < messages.length; ) {
      const size = integerBetween(roll, 1, most);
      reader.write(Buffer.from(messages.slice(at, at + size)));
      at += size;
    }
    expect(heard).toEqual({ all: messages, payload: "hello\r\n\r\nyoab\r\ncd", messages: 4, raw: "" });
  }
});

test("from nonsense on, bytes pass unread", () => {
  const { heard, reader } = listen();
  reader.write(Buffer.from("GET / HTTP/1.1\r\n\r\nnonsense\r\n\r\nGET / HTTP/1.1\r\n\r\n"));
  expect(heard).toMatchObject({ messages: 1, raw: "nonsense\r\n\r\nGET / HTTP/1.1\r\n\r\n" });
});

test("a chunk size that is none makes it blind, and nothing is lost", () => {
  const text = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nmore";
  const { heard, reader } = listen();
  reader.write(Buffer.from(text));
  expect(heard).toMatchObject({ all: text, messages: 0, raw: "more" });
});

test("a head without an end is not collected for ever, and passes when the stream ends", () => {
  const { heard, reader } = listen();
  for (let part = 0; part < 70; part += 1) reader.write(Buffer.alloc(1024, "x"));
  expect(heard.raw.length).toBe(70 * 1024);
  const short = listen();
  short.reader.write(Buffer.from("GET / HT"));
  expect(short.heard.all).toBe("");
  short.reader.end();
  expect(short.heard.raw).toBe("GET / HT");
});
