/** What a run is given: definitions, checked, and the choices of the command line. */

import type { RoadworthyError } from "../../base/error.ts";
import type { PreviousRun, SeenRed } from "../../log/event.ts";
import type { Control } from "../../scenario/control.ts";
import type { Scenario, Suite } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";
import type { Progress } from "./progress.ts";

export interface RunPlan {
  suite: Suite;
  /** The suite's scenarios, in order, with everything worked out that they leave to the seed. */
  scenarios: readonly Scenario[];
  target: Target;
  /** Folder of the target's file: relative paths in it count from there. */
  targetFolder: string;
  seed: number;
}

export interface RunOptions {
  /** Id of the run: the name of its folder. */
  run: string;
  /** The run's folder; it exists and is empty. */
  folder: string;
  /** How the target is brought up; `embedded` when left out. */
  stack?: "embedded" | "external";
  proxy: "embedded" | "toxiproxy";
  /** `address:port` pairs beyond loopback that load, probes, queries and proxies may connect to. */
  allowed: readonly string[];
  /** Texts that must not get into the log; those of the target are added. */
  secrets: readonly string[];
  /** Command that repeats this run. */
  repeat: string;
  roadworthyVersion: string;
  previous: PreviousRun | null;
  /** From the store, as it was when the run started. */
  gatesSeenRed: readonly SeenRed[];
  /** Not null: this run shows whether gates can go red. */
  control: Control | null;
  /** Aborted with a RoadworthyError `interrupted` by Ctrl-C or SIGTERM. */
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/** How a run ended; everything else is in its log. */
export interface RunEnd {
  stopped: RoadworthyError | null;
}
