/** A bad day of the network: Redis ever slower, connections to PostgreSQL reset now and then, and upstream services that fail when the seed says so. */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

export const unsteadyNetwork = defineScenario({
  name: "unsteady-network",
  title: "Redis ever slower, PostgreSQL reset now and then, upstreams failing by chance",
  target: "continuum-report",
  workloads: [ingest, readers],
  phases: { warmUp: "3s", baseline: "8s", recovery: "10s", after: "4s" },
  steps: [
    { id: "late", at: "0s", hold: "20s", fault: { kind: "link-latency", links: ["api-redis", "workers-redis"], delay: { from: "50ms", to: "500ms", stages: 10 } } },
    { id: "reset", at: "3s", hold: "1s", repeat: { every: "6s", times: 3 }, fault: { kind: "link-reset", links: ["api-postgres", "workers-postgres"] } },
  ],
  random: [
    {
      id: "upstream",
      choose: [
        { kind: "link-down", links: ["workers-paperless"] },
        { kind: "link-stall", links: ["workers-ollama"] },
        { kind: "link-latency", links: ["workers-paperless"], delay: "2s" },
      ],
      times: 3,
      between: ["22s", "42s"],
      hold: "3s",
      apart: "2s",
    },
  ],
  limits: { faultsAtOnce: 2, longestFault: "30s", untouchable: [] },
  stop: [{ when: "probe-down", probe: "api-live", for: "10s" }],
  quiesceWithin: "60s",
  rules: ["CON-12", "CON-27", "CON-46", "CON-65", "CON-92"],
});
