/** Redis cut off, then crashed: nothing acknowledged may be lost, and the workers go on by themselves. */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

export const redisOutage = defineScenario({
  name: "redis-outage",
  title: "Redis cut off and crashed",
  target: "continuum-report",
  workloads: [ingest, readers],
  phases: { warmUp: "3s", baseline: "8s", recovery: "8s", after: "4s" },
  steps: [
    { id: "cut", at: "0s", hold: "5s", fault: { kind: "link-down", links: ["api-redis", "workers-redis"] } },
    { id: "crash", at: "13s", hold: "3s", fault: { kind: "node-kill", node: "redis" } },
  ],
  stop: [{ when: "probe-down", probe: "api-live", for: "20s" }],
  rules: ["CON-12", "CON-26", "CON-27", "CON-46", "CON-65", "CON-91", "CON-92", "CON-95"],
});
