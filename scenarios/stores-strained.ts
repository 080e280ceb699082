/** PostgreSQL and Redis that are there and refuse: no connection, a locked table, no writes, no answer, no memory. No closed connection tells of it. */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

export const storesStrained = defineScenario({
  name: "stores-strained",
  title: "PostgreSQL and Redis there, but refusing",
  target: "continuum-report",
  workloads: [ingest, readers],
  phases: { warmUp: "3s", baseline: "8s", recovery: "8s", after: "4s" },
  steps: [
    { id: "no-connection", at: "0s", hold: "4s", fault: { kind: "postgres-connections-exhausted", node: "postgres" } },
    { id: "locked", at: "10s", hold: "3s", fault: { kind: "postgres-table-lock", node: "postgres", table: "documents" } },
    { id: "read-only", at: "20s", hold: "4s", fault: { kind: "postgres-read-only", node: "postgres" } },
    { id: "backend-killed", at: "31s", hold: "2s", fault: { kind: "postgres-kill-backend", node: "postgres" } },
    { id: "no-answer", at: "41s", hold: "4s", fault: { kind: "redis-pause", node: "redis" } },
    { id: "no-memory", at: "52s", hold: "4s", fault: { kind: "redis-memory-full", node: "redis" } },
    { id: "worker-paused", at: "63s", hold: "4s", fault: { kind: "process-pause", node: "workers", command: "worker." } },
  ],
  stop: [{ when: "probe-down", probe: "api-live", for: "20s" }],
  quiesceWithin: "60s",
  rules: ["CON-12", "CON-27", "CON-65", "CON-92"],
});
