/** The language model answers late, then the document store is away: documents wait, none is given up. */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

export const upstreamSlow = defineScenario({
  name: "upstream-slow",
  title: "Ollama slow, then Paperless down",
  target: "continuum-report",
  workloads: [ingest, readers],
  phases: { warmUp: "3s", baseline: "10s", recovery: "15s", after: "5s" },
  steps: [
    { id: "slow", at: "0s", hold: "12s", fault: { kind: "link-latency", links: ["workers-ollama"], delay: "5s" } },
    { id: "down", at: "27s", hold: "8s", fault: { kind: "link-down", links: ["workers-paperless"] } },
  ],
  stop: [{ when: "error-ratio", above: 0.5, over: "10s" }],
  quiesceWithin: "60s",
  rules: ["CON-12", "CON-27", "CON-46", "CON-65", "CON-92"],
});
