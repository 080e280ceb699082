/** Stand-in for Paperless: documents with seeded content. A document whose id contains "poison" cannot be read. */

import { listenAddress } from "./base/environment.ts";
import { listen } from "./base/http-server.ts";
import { runEntry } from "./base/lifecycle.ts";
import { logLine } from "./base/log-line.ts";
import type { Answer, Route } from "./base/route-table.ts";
import { seededText } from "./upstream/seeded.ts";

const wordsPerDocument = 120;
const answerLimitMs = 10_000;

const routes: readonly Route[] = [
  { method: "GET", path: "/api", answer: () => ({ status: 200, body: { documents: "/api/documents/" } }) },
  { method: "GET", path: "/api/documents/:id", answer: ({ parameters }) => readDocument(parameters["id"] ?? "") },
];

function readDocument(id: string): Answer {
  if (id.includes("poison")) return { status: 422, body: { detail: `document ${id} cannot be read` } };
  return { status: 200, body: { id, title: `Document ${id}`, content: seededText(id, wordsPerDocument), original_file_name: `${id}.pdf` } };
}

await runEntry(async () => {
  const server = await listen({ ...listenAddress(process.env), routes, limitMs: answerLimitMs });
  logLine(`paperless listening on ${server.port}`);
  return server;
});
