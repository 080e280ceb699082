/**
 * The database and all of its data are lost, and brought back from the newest back-up. A second stands for four minutes, so that fifteen seconds between a
 * back-up and the disaster cost an hour of work: the back-ups are 12 s apart, so one that was left out costs more than that.
 *
 *   back-up ── 12 s ── back-up ── 6 s ── all is lost ── 2 s ── restore
 */

import { defineScenario } from "../harness/index.ts";
import { ingest, readers } from "./everyday-load.ts";

/** Whoever asks for one document finds that it is lost, which is no outage: how many are is another question. */
const lookers = { ...readers, journeys: [{ weight: 3, steps: ["status"] }, { weight: 1, steps: ["queue"] }] };

export const backupRestore = defineScenario({
  name: "backup-restore",
  title: "PostgreSQL lost with all of its data, and restored from its back-up",
  target: "continuum-report",
  workloads: [ingest, lookers],
  phases: { warmUp: "3s", baseline: "5s", recovery: "16s", after: "4s" },
  operations: [
    { id: "older-backup", at: "0s", within: "10s", operation: { kind: "back-up", node: "postgres" } },
    { id: "newer-backup", at: "12s", within: "10s", operation: { kind: "back-up", node: "postgres" } },
  ],
  steps: [
    {
      id: "disaster",
      at: "18s",
      hold: "2s",
      fault: { kind: "store-destroy", node: "postgres", destructive: true },
      // A database in a container is made anew first.
      repair: { within: "20s", steps: [{ kind: "restore", node: "postgres" }] },
    },
  ],
  limits: { longestFault: "25s" },
  restores: [{ ledger: "documents", scale: 240 }],
  stop: [{ when: "probe-down", probe: "api-live", for: "20s" }],
  rules: ["CON-06", "CON-07", "CON-27", "CON-38", "CON-65", "CON-97"],
});
