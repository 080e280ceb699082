/** The routes of the API. */

import { BadRequest } from "../base/failure.ts";
import type { Answer, Ask, Route } from "../base/route-table.ts";
import type { Database } from "../store/database.ts";
import { countStatuses, documentStatuses, listDocuments } from "../store/documents.ts";
import type { DocumentStatus } from "../store/documents.ts";
import { listFinished, readDocument } from "../store/results.ts";
import { apiMetrics } from "./api-metrics.ts";
import type { ApiParts } from "./api-parts.ts";
import { ingest } from "./ingest.ts";

export function apiRoutes(parts: ApiParts): Route[] {
  const { database } = parts;
  return [
    { method: "POST", path: "/api/continuum/ingest", answer: async (ask) => ingest(await ask.json(), parts) },
    { method: "GET", path: "/api/continuum/status", answer: () => status(database) },
    { method: "GET", path: "/api/continuum/queue", answer: (ask) => queue(database, ask) },
    { method: "GET", path: "/api/continuum/documents/:id", answer: (ask) => document(database, ask.parameters["id"] ?? "") },
    { method: "GET", path: "/api/continuum/results", answer: (ask) => results(database, ask) },
    { method: "GET", path: "/health", answer: () => ({ status: 200, body: { status: "ok" } }) },
    { method: "GET", path: "/health/ready", answer: () => ready(parts) },
    { method: "GET", path: "/metrics", answer: async () => ({ status: 200, body: await apiMetrics(parts) }) },
  ];
}

async function status(database: Database): Promise<Answer> {
  const counts = await countStatuses(database);
  const total = documentStatuses.reduce((sum, name) => sum + counts[name], 0);
  return { status: 200, body: { total_items: total, status_counts: counts } };
}

async function queue(database: Database, { query }: Ask): Promise<Answer> {
  const rows = await listDocuments(database, statusFilter(query), limitOf(query, { fallback: 50, maximum: 1_000 }));
  const items = rows.map((row) => ({ document_id: row.external_id, status: row.processing_status }));
  return { status: 200, body: { items, count: items.length } };
}

async function document(database: Database, externalId: string): Promise<Answer> {
  const detail = await readDocument(database, externalId);
  return detail === null ? { status: 404, body: { status: "unknown", document_id: externalId } } : { status: 200, body: detail };
}

/** A page of finished documents; `next` is the id to ask after for the next one, null at the end. */
async function results(database: Database, { query }: Ask): Promise<Answer> {
  const limit = limitOf(query, { fallback: 1_000, maximum: 10_000 });
  const items = await listFinished(database, query.get("after") ?? "", limit);
  const next = items.length < limit ? null : (items.at(-1)?.document_id ?? null);
  return { status: 200, body: { items, count: items.length, next } };
}

async function ready({ checkHealth }: ApiParts): Promise<Answer> {
  const health = await checkHealth();
  return { status: health.status === "healthy" ? 200 : 503, body: health };
}

function statusFilter(query: URLSearchParams): DocumentStatus | null {
  const wanted = query.get("status");
  if (wanted === null || wanted === "") return null;
  const found = documentStatuses.find((name) => name === wanted);
  if (found === undefined) throw new BadRequest(`status must be one of ${documentStatuses.join(", ")}`);
  return found;
}

function limitOf(query: URLSearchParams, { fallback, maximum }: { readonly fallback: number; readonly maximum: number }): number {
  const limit = Number(query.get("limit") ?? fallback);
  if (Number.isInteger(limit) && limit >= 1 && limit <= maximum) return limit;
  throw new BadRequest(`limit must be a whole number from 1 to ${maximum}`);
}
