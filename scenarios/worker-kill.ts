/** Workers killed in the middle of documents: one, then all of them, twice. Their documents must come out once, and only once. */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

export const workerKill = defineScenario({
  name: "worker-kill",
  title: "One worker killed, then all of them",
  target: "continuum-report",
  workloads: [ingest, readers],
  phases: { warmUp: "3s", baseline: "8s", recovery: "8s", after: "4s" },
  steps: [
    { id: "one", at: "0s", hold: "2s", fault: { kind: "process-kill", node: "workers", command: "worker.", count: 1 } },
    { id: "all", at: "7s", hold: "2s", fault: { kind: "process-kill", node: "workers", command: "worker.", count: "all" } },
    { id: "all-again", at: "14s", hold: "2s", fault: { kind: "process-kill", node: "workers", command: "worker.", count: "all" } },
  ],
  stop: [{ when: "probe-down", probe: "api-live", for: "10s" }],
  rules: ["CON-12", "CON-27", "CON-65", "CON-92"],
});
