import { STATUS_CODES } from "node:http";
import type { HttpToxicKind } from "./http-toxic.ts";

/** The proxy answers in the server's place: overloaded (503), throttled (429 with Retry-After) or whatever the status says. The server never sees the request. */
export const httpAnswer: HttpToxicKind<"status" | "retry_after"> = {
  summary: "answers requests itself with `status`; the server does not see them",
  attributes: {
    status: { unit: "code", least: 200, most: 599, meaning: "status of the answer, such as 503 or 429" },
    retry_after: { unit: "s", least: 0, meaning: "the header Retry-After; 0: without it" },
  },
  strike: (attributes) => ({ kind: "answer", answer: (closes) => answerOf(attributes, closes) }),
};

function answerOf({ status, retry_after }: { status: number; retry_after: number }, closes: boolean): Buffer {
  const hasBody = status !== 204 && status !== 304;
  const body = hasBody ? JSON.stringify({ error: STATUS_CODES[status] ?? "answered by the proxy", status }) : "";
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Answered by the proxy"}`,
    ...(hasBody ? ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`] : []),
    ...(retry_after > 0 ? [`retry-after: ${retry_after}`] : []),
    ...(closes ? ["connection: close"] : []),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
