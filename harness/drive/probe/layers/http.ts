/** Whether an endpoint answers as expected, by status and body. Node's own client on a connection of its own: nothing of the load engine. */

import { request, type ClientRequest, type IncomingMessage } from "node:http";
import type { ProbeSpec } from "../../../scenario/target/probe.ts";
import { asksForBody, faultOfAnswer } from "../../../scenario/route.ts";
import { assertPermitted } from "../../guard/guard.ts";
import type { Check } from "./check.ts";

const bodyLimitBytes = 1024 * 1024;

export const checkHttp: Check<Extract<ProbeSpec, { layer: "http" }>> = async (spec, { address, guard }, signal) => {
  assertPermitted(address, guard);
  const asked = request({ host: address.host, port: address.port, path: spec.path, agent: false, signal, localAddress: address.from, headers: { "user-agent": "roadworthy-probe" } });
  try {
    const answer = await answerOf(asked);
    const status = answer.statusCode ?? 0;
    const body = await readBody(answer);
    const fault = faultOfAnswer(spec.expect, status, asksForBody(spec.expect) ? body : "");
    if (fault === null) return null;
    return fault === "status" ? `status ${status}` : `status ${status} with a body that is not as expected`;
  } finally {
    asked.destroy();
  }
};

async function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  asked.once("response", resolve);
  // Stays for the whole life of the request: what comes after the answer is of no interest, and must not be an unheard error.
  asked.on("error", reject);
  asked.end();
  return await promise;
}

/** The whole answer has to arrive; what is beyond the limit is let go. */
async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk);
    if (size < bodyLimitBytes) chunks.push(bytes);
    size += bytes.length;
  }
  return Buffer.concat(chunks).toString("utf8");
}
