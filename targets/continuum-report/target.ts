/**
 * The Continuum Report: documents are handed in, queued, read by workers with the help of a document store and a language model, and
 * kept as briefs. The reference implementation in `service/` is real down to the stores; only Paperless and Ollama are stand-ins.
 *
 *   client → api → postgres, redis          workers → redis, postgres, paperless, ollama
 */

import { defineObjectives, defineTarget, nodeModule, type TargetInput } from "../../harness/index.ts";
import objectives from "./objectives.json" with { type: "json" };

/** Long enough that most workers are at a document at any instant, so that a kill hits one. */
const processingMs = 250;
const minWorkers = 5;
const maxWorkers = 8;
/** More than so many waiting for each worker call for another one: five workers get help at six, well before ten wait (CON-04). */
const jobsPerWorker = 1;

/** Ids of documents that Paperless cannot read begin with this. */
const poison = "poison-";
const ordinary = "d.external_id NOT LIKE 'poison-%'";

const nodes: TargetInput["nodes"] = {
  postgres: { kind: "postgres", database: "continuum_db", user: "continuum", password: "continuum", restart: { policy: "always", delay: "500ms" } },
  redis: { kind: "redis", settings: { appendonly: "yes", appendfsync: "everysec", save: "" }, restart: { policy: "always", delay: "500ms" } },
  paperless: {
    kind: "process",
    command: nodeModule(import.meta.url, "service/paperless"),
    env: { PORT: "{{port}}" },
    ready: { by: "http", path: "/api/" },
    container: { ports: { main: 8000 } },
  },
  ollama: {
    kind: "process",
    command: nodeModule(import.meta.url, "service/ollama"),
    env: { PORT: "{{port}}", PROCESSING_MS: String(processingMs) },
    ready: { by: "http", path: "/api/tags" },
    container: { ports: { main: 11_434 } },
  },
  api: {
    kind: "process",
    needs: ["postgres", "redis"],
    before: [
      {
        command: nodeModule(import.meta.url, "service/migrate"),
        env: { DATABASE_URL: "postgres://continuum:continuum@{{node:postgres}}/continuum_db" },
      },
    ],
    command: nodeModule(import.meta.url, "service/api"),
    env: {
      PORT: "{{port}}",
      DATABASE_URL: "postgres://continuum:continuum@{{link:api-postgres}}/continuum_db",
      REDIS_URL: "redis://{{link:api-redis}}",
      WORKER_URL: "http://{{node:workers}}",
    },
    ready: { by: "http", path: "/health/ready" },
    container: { ports: { main: 8080 } },
    restart: { policy: "always", delay: "500ms" },
  },
  workers: {
    kind: "process",
    needs: ["api", "paperless", "ollama"],
    command: nodeModule(import.meta.url, "service/worker-supervisor"),
    env: {
      PORT: "{{port}}",
      DATABASE_URL: "postgres://continuum:continuum@{{link:workers-postgres}}/continuum_db",
      REDIS_URL: "redis://{{link:workers-redis}}",
      PAPERLESS_URL: "http://{{link:workers-paperless}}",
      OLLAMA_URL: "http://{{link:workers-ollama}}",
      MIN_WORKERS: String(minWorkers),
      MAX_WORKERS: String(maxWorkers),
      JOBS_PER_WORKER: String(jobsPerWorker),
      BACKOFF_BASE_MS: "500",
    },
    // Once its workers listen: before that, what comes in piles up, and the longer the busier the machine is.
    ready: { by: "http", path: "/health/ready" },
    container: { ports: { main: 8080 } },
    restart: { policy: "always", delay: "500ms" },
  },
};

/** The API says so itself: a 503 with effect "unknown" leaves the document in doubt. */
const nothingStored = { status: [503], json: { effect: "none" } };
const jsonBody = { "content-type": "application/json" };

export const continuumReport = defineTarget({
  name: "continuum-report",
  title: "The Continuum Report",
  settings: {
    "processing time": `${processingMs} ms per document, give or take a fifth (stand-in for the language model)`,
    workers: `${minWorkers} to ${maxWorkers}, scaled by queue length`,
    "Redis persistence": "append-only file, fsync every second",
    "PostgreSQL durability": "synchronous_commit on, fsync on",
  },
  compose: { files: ["../../compose/continuum-report.yaml"] },
  nodes,
  links: {
    "api-postgres": { from: "api", to: "postgres" },
    "api-redis": { from: "api", to: "redis" },
    "workers-postgres": { from: "workers", to: "postgres" },
    "workers-redis": { from: "workers", to: "redis" },
    "workers-paperless": { from: "workers", to: "paperless" },
    "workers-ollama": { from: "workers", to: "ollama" },
  },
  routes: {
    ingest: {
      node: "api",
      method: "POST",
      path: "/api/continuum/ingest",
      headers: jsonBody,
      body: '{"document_id":"{{id}}","title":"{{text:6}}","tags":["{{pick:invoice:letter:report}}"]}',
      expect: { status: [202], json: { status: "queued" } },
      write: { ledger: "documents", refused: nothingStored },
    },
    "ingest-poison": {
      node: "api",
      method: "POST",
      path: "/api/continuum/ingest",
      headers: jsonBody,
      body: '{"document_id":"{{id}}","title":"{{text:6}}"}',
      expect: { status: [202], json: { status: "queued" } },
      write: { ledger: "poison", refused: nothingStored },
    },
    status: { node: "api", path: "/api/continuum/status", expect: { contains: "status_counts" } },
    queue: { node: "api", path: "/api/continuum/queue?limit=20", expect: { contains: "items" } },
    "document-status": { node: "api", path: "/api/continuum/documents/{{acknowledged:documents}}", expect: { contains: "status" } },
  },
  ledgers: {
    documents: {
      readBack: {
        // What was promised for a document is its brief; one that was given up on after three attempts is an error, not a loss.
        postgres: [
          { via: "sql", node: "postgres", statement: `SELECT d.external_id FROM briefs b JOIN documents d ON d.id = b.document_id WHERE ${ordinary}` },
          {
            via: "sql",
            node: "postgres",
            statement: `SELECT d.external_id FROM documents d WHERE d.processing_status = 'failed' AND NOT EXISTS (SELECT 1 FROM briefs b WHERE b.document_id = d.id) AND ${ordinary}`,
          },
        ],
        api: [{ via: "http", node: "api", path: "/api/continuum/results?limit=1000&after={{cursor}}", pick: "items[].document_id", next: "next", match: "^(?!poison-)" }],
      },
    },
    poison: {
      id: `${poison}{{run}}-{{n}}`,
      readBack: { "dead-letter-queue": [{ via: "redis", node: "redis", command: ["LRANGE", "dead-letter-queue", "0", "-1"], field: "document_id" }] },
    },
  },
  completions: {
    documents: {
      ledger: "documents",
      query: {
        via: "sql",
        node: "postgres",
        statement: `SELECT d.external_id, CASE WHEN d.processing_status = 'failed' THEN 'error' ELSE 'ok' END FROM documents d WHERE d.processing_status IN ('completed', 'failed') AND ${ordinary}`,
      },
    },
    poison: { ledger: "poison", query: { via: "redis", node: "redis", command: ["LRANGE", "dead-letter-queue", "0", "-1"], field: "document_id" }, every: "1s" },
  },
  gauges: {
    "queue-depth": { query: { via: "redis", node: "redis", command: ["LLEN", "document-queue"] }, unit: "documents" },
    "dead-letters": { query: { via: "redis", node: "redis", command: ["LLEN", "dead-letter-queue"] }, unit: "documents" },
    workers: { query: { via: "prometheus", node: "workers", metric: "continuum_workers" }, unit: "workers" },
  },
  facts: {
    "poison-attempts": {
      query: {
        via: "sql",
        node: "postgres",
        statement: `SELECT count(l.id) FROM documents d LEFT JOIN processing_logs l ON l.document_id = d.id AND l.event = 'attempt' WHERE d.external_id LIKE '${poison}%' GROUP BY d.id`,
      },
      unit: "attempts",
    },
    "backoff-ratios": {
      query: {
        via: "sql",
        node: "postgres",
        statement: `WITH gaps AS (
            SELECT l.document_id, l.created_at, extract(epoch FROM l.created_at - lag(l.created_at) OVER attempts) AS gap
            FROM processing_logs l JOIN documents d ON d.id = l.document_id
            WHERE l.event = 'attempt' AND d.external_id LIKE '${poison}%'
            WINDOW attempts AS (PARTITION BY l.document_id ORDER BY l.created_at)),
          ratios AS (SELECT gap / nullif(lag(gap) OVER (PARTITION BY document_id ORDER BY created_at), 0) AS ratio FROM gaps)
          SELECT ratio FROM ratios WHERE ratio IS NOT NULL`,
      },
    },
    "briefs-per-document": { query: { via: "sql", node: "postgres", statement: "SELECT count(*) FROM briefs GROUP BY document_id" }, unit: "briefs" },
  },
  probes: {
    "postgres-direct": { layer: "postgres", at: { node: "postgres" } },
    "postgres-link": { layer: "postgres", at: { link: "api-postgres" } },
    "redis-direct": { layer: "redis", at: { node: "redis" } },
    "redis-link": { layer: "redis", at: { link: "api-redis" } },
    "api-live": { layer: "http", at: { node: "api" }, path: "/health", expect: { json: { status: "ok" } } },
    "api-deep": { layer: "http", at: { node: "api" }, path: "/health/ready", expect: { json: { status: "healthy" } }, timeout: "2s" },
    "worker-health": { layer: "http", at: { node: "workers" }, path: "/health", expect: { json: { status: "ok" } }, timeout: "3s", every: "500ms" },
  },
  reset: [
    { via: "sql", node: "postgres", statement: "TRUNCATE documents, briefs, processing_logs" },
    { via: "redis", node: "redis", command: ["FLUSHALL"] },
  ],
  backups: {
    postgres: {
      by: "dump",
      ledgers: ["documents"],
      checks: {
        completed: { via: "sql", node: "postgres", statement: "SELECT count(*) FROM documents WHERE processing_status = 'completed'" },
        briefs: { via: "sql", node: "postgres", statement: "SELECT count(*) FROM briefs" },
      },
    },
  },
  objectives: defineObjectives(objectives),
});
