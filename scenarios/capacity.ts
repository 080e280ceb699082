/** How many requests a second the API takes while it keeps its own promise on latency. The roadmap promises no rate: what is found is shown, and compared over time. */

import { defineScenario } from "../harness/index.ts";
import { ingest, looks } from "./everyday-load.ts";

export const capacity = defineScenario({
  name: "capacity",
  title: "Ever more readers, until answers get slow",
  target: "continuum-report",
  workloads: [
    ingest,
    { name: "readers", profile: { shape: "search", from: 100, to: 5000, keep: ["CON-93"], steps: 13, for: "3s" }, journeys: looks, connections: 512 },
  ],
  phases: { warmUp: "3s", baseline: "40s" },
  // What is too much for a moment is meant; a service that does not come back from it is not.
  stop: [{ when: "error-ratio", above: 0.9, over: "15s" }],
  quiesceWithin: "60s",
  rules: ["CON-27", "CON-92", "CON-96"],
});
