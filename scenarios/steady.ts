/** Load at twelve times the promised rate without a fault: speed, errors, queue, retries and dead letters. */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

export const steady = defineScenario({
  name: "steady",
  title: "Normal load without a fault",
  target: "continuum-report",
  workloads: [
    ingest,
    readers,
    { name: "poison", profile: { shape: "constant", rate: 0.2 }, journeys: [{ steps: ["ingest-poison"] }] },
  ],
  phases: { warmUp: "4s", baseline: "52s" },
  stop: [{ when: "error-ratio", above: 0.5, over: "10s" }],
  rules: [
    "CON-01", "CON-02", "CON-03", "CON-04", "CON-05", "CON-08", "CON-13", "CON-22", "CON-23", "CON-24", "CON-25", "CON-27",
    "CON-46", "CON-63", "CON-65", "CON-92", "CON-93", "CON-96",
  ],
});
