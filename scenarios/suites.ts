/** Named lists of scenarios with the objectives that must be ruled on. */

import { defineSuite } from "../harness/index.ts";

/** What a release must show, in a few minutes. */
export const gate = defineSuite({
  name: "gate",
  title: "Release gate",
  target: "continuum-report",
  scenarios: ["steady", "postgres-outage", "redis-outage", "worker-kill"],
  required: ["CON-01", "CON-02", "CON-03", "CON-04", "CON-05", "CON-22", "CON-23", "CON-25", "CON-26", "CON-27", "CON-91", "CON-92", "CON-93", "CON-94", "CON-95", "CON-96"],
});

/** Everything that a run can show. */
export const nightly = defineSuite({
  name: "nightly",
  title: "Nightly run",
  target: "continuum-report",
  scenarios: ["steady", "postgres-outage", "redis-outage", "redis-latency", "worker-kill", "stores-strained", "upstream-slow", "unsteady-network", "capacity", "backup-restore"],
  required: [...gate.required, "CON-07", "CON-08", "CON-13", "CON-24", "CON-38", "CON-46", "CON-65", "CON-97"],
});

/** Losing the stores, their data and the workers, for the people who must bring them back. */
export const rehearsal = defineSuite({
  name: "rehearsal",
  title: "Disaster rehearsal",
  target: "continuum-report",
  scenarios: ["postgres-outage", "redis-outage", "worker-kill", "backup-restore"],
  required: ["CON-07", "CON-26", "CON-27", "CON-38", "CON-91", "CON-92", "CON-94", "CON-95", "CON-97"],
});
