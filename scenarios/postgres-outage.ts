/** PostgreSQL away in three ways, one after the other: cut off, crashed, stopped. */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

export const postgresOutage = defineScenario({
  name: "postgres-outage",
  title: "PostgreSQL cut off, crashed and stopped",
  target: "continuum-report",
  workloads: [ingest, readers],
  phases: { warmUp: "3s", baseline: "8s", recovery: "8s", after: "4s" },
  steps: [
    { id: "cut", at: "0s", hold: "5s", fault: { kind: "link-down", links: ["api-postgres", "workers-postgres"] } },
    { id: "crash", at: "13s", hold: "4s", fault: { kind: "node-kill", node: "postgres" } },
    { id: "stop", at: "25s", hold: "4s", fault: { kind: "node-stop", node: "postgres" } },
  ],
  stop: [{ when: "probe-down", probe: "api-live", for: "20s" }],
  rules: ["CON-12", "CON-27", "CON-46", "CON-65", "CON-91", "CON-92", "CON-94", "CON-95"],
});
