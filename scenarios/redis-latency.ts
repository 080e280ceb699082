/** Redis answers late, first a little, then a lot: slower, and nothing else. */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

export const redisLatency = defineScenario({
  name: "redis-latency",
  title: "Redis answers 100 ms, then 500 ms late",
  target: "continuum-report",
  workloads: [ingest, readers],
  phases: { warmUp: "3s", baseline: "10s", recovery: "10s", after: "5s" },
  steps: [
    { id: "late-100", at: "0s", hold: "10s", fault: { kind: "link-latency", links: ["api-redis", "workers-redis"], delay: "100ms", jitter: "20ms" } },
    { id: "late-500", at: "18s", hold: "10s", fault: { kind: "link-latency", links: ["api-redis", "workers-redis"], delay: "500ms", jitter: "50ms" } },
  ],
  stop: [{ when: "error-ratio", above: 0.9, over: "15s" }],
  rules: ["CON-12", "CON-27", "CON-46", "CON-65", "CON-92"],
});
