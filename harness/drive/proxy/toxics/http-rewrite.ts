import { STATUS_CODES } from "node:http";
import type { HttpToxicKind } from "./http-toxic.ts";

/** A gateway that makes its own of what it is told: the server sees the request and answers it, the client is told something else. Where no server answers, nor does this. */
export const httpRewrite: HttpToxicKind<"status", "body"> = {
  summary: "puts an answer with `status` and `body` in the place of the server's, which sees the requests",
  attributes: { status: { unit: "code", least: 200, most: 599, meaning: "status of the answer" } },
  texts: { body: "body of the answer" },
  strike: (attributes) => ({ kind: "rewrite", answer: () => answerOf(attributes) }),
};

function answerOf({ status, body }: { status: number; body: string }): Buffer {
  const hasBody = status !== 204 && status !== 304;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Rewritten by the proxy"}`,
    ...(hasBody ? [`content-type: ${body.startsWith("{") ? "application/json" : "text/plain; charset=utf-8"}`, `content-length: ${Buffer.byteLength(body)}`] : []),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${hasBody ? body : ""}`);
}
