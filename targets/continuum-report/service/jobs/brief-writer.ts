/** From a document id to the text of its brief: read the document from Paperless, have Ollama write. */

import { askUpstream } from "../base/http-client.ts";
import { Unavailable } from "../base/failure.ts";
import type { WorkerConfig } from "./worker-config.ts";

/** Fails with DocumentFault or Unavailable. */
export interface BriefWriter {
  readDocument(documentId: string, signal: AbortSignal): Promise<string>;
  writeBrief(content: string, signal: AbortSignal): Promise<string>;
  readonly model: string;
}

export function openBriefWriter({ paperless, ollama }: Pick<WorkerConfig, "paperless" | "ollama">): BriefWriter {
  return {
    model: ollama.model,
    async readDocument(documentId, signal) {
      const url = `${paperless.url}/api/documents/${encodeURIComponent(documentId)}/`;
      const headers = { authorization: `Token ${paperless.token}` };
      return textOf(await askUpstream({ dependency: "paperless", url, headers, limitMs: paperless.limitMs, signal }), "content", "paperless");
    },
    async writeBrief(content, signal) {
      const body = { model: ollama.model, prompt: `Write a brief of this document:\n${content}`, stream: false };
      const answer = await askUpstream({ dependency: "ollama", url: `${ollama.url}/api/generate`, body, limitMs: ollama.limitMs, signal });
      return textOf(answer, "response", "ollama");
    },
  };
}

function textOf(answer: unknown, field: string, dependency: "paperless" | "ollama"): string {
  const fields: Readonly<Record<string, unknown>> = typeof answer === "object" && answer !== null ? { ...answer } : {};
  const text = fields[field];
  if (typeof text === "string") return text;
  throw new Unavailable(dependency, `answered without "${field}"`, { answered: true });
}
