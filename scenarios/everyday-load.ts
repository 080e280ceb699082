/** The load of an ordinary day, the same in every scenario: people and dashboards that look, and documents that come in. */

import type { ScenarioInput } from "../harness/index.ts";

/** What people and dashboards look at. */
export const looks = [
  { weight: 3, steps: ["status"] },
  { weight: 1, steps: ["queue"] },
  { weight: 2, steps: ["document-status"] },
];

export const readers: ScenarioInput["workloads"][number] = {
  name: "readers",
  profile: { shape: "constant", rate: 80 },
  journeys: looks,
};

/** 12.5 documents per second: over a million a day. */
export const ingest: ScenarioInput["workloads"][number] = {
  name: "ingest",
  profile: { shape: "constant", rate: 12.5 },
  journeys: [{ steps: ["ingest"] }],
};
