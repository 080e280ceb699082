/** Asks an engine whether it is there. */

import { request } from "node:http";

const answerLimitMs = 2_000;

/** Its version ("20.10.24+dfsg1"), or null when nobody answers at this socket. */
export async function versionAt(socket: string): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const asked = request({ socketPath: socket, path: "/version", timeout: answerLimitMs, agent: false }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    response.once("end", () => resolve(versionIn(text)));
    response.once("error", () => resolve(null));
  });
  asked.once("timeout", () => asked.destroy(new Error("no answer")));
  asked.once("error", () => resolve(null));
  asked.end();
  return await promise;
}

function versionIn(text: string): string | null {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null || !("Version" in answer)) return null;
    return typeof answer.Version === "string" ? answer.Version : null;
  } catch {
    return null;
  }
}
