/** Stand-in for Ollama: answers after the processing time, give or take a fifth by the prompt, with a brief that follows from the prompt. */

import { setTimeout as sleep } from "node:timers/promises";
import { listenAddress, wholeNumber } from "./base/environment.ts";
import { BadRequest } from "./base/failure.ts";
import { listen } from "./base/http-server.ts";
import { runEntry } from "./base/lifecycle.ts";
import { logLine } from "./base/log-line.ts";
import type { Answer, Route } from "./base/route-table.ts";
import { fingerprint, seededFraction } from "./upstream/seeded.ts";

const answerLimitMs = 600_000;
const briefLength = 200;

function routes(processingMs: number): Route[] {
  return [
    { method: "GET", path: "/api/tags", answer: () => ({ status: 200, body: { models: [{ name: "mistral" }] } }) },
    { method: "POST", path: "/api/generate", answer: async (ask) => generate(await ask.json(), processingMs) },
  ];
}

async function generate(payload: unknown, processingMs: number): Promise<Answer> {
  const fields: Readonly<Record<string, unknown>> = typeof payload === "object" && payload !== null ? { ...payload } : {};
  const { model, prompt } = { model: fields["model"], prompt: fields["prompt"] };
  if (typeof model !== "string" || typeof prompt !== "string") throw new BadRequest("model and prompt must be texts");
  await sleep(processingMs * (0.8 + 0.4 * seededFraction(prompt)));
  const response = `Brief ${fingerprint(prompt)}: ${prompt.slice(0, briefLength)}`;
  return { status: 200, body: { model, response, done: true } };
}

await runEntry(async () => {
  const processingMs = wholeNumber(process.env, "PROCESSING_MS", { fallback: 120, minimum: 0, maximum: 300_000 });
  const server = await listen({ ...listenAddress(process.env), routes: routes(processingMs), limitMs: answerLimitMs });
  logLine(`ollama listening on ${server.port}, ${processingMs} ms a document`);
  return server;
});
