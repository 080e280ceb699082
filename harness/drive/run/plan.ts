/** What a run is given: definitions, checked, and the choices of the command line. */

import type { RoadworthyError } from "../../base/error.ts";
import type { PreviousRun, SeenRed } from "../../log/event.ts";
import type { Control } from "../../scenario/control.ts";
import type { Scenario, Suite } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";
import type { Terminal } from "./drill/people.ts";
import type { Progress } from "./progress.ts";
import type { StackChoice } from "./boot/stack-choice.ts";

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
  /** The runtime that brings the stack up; embedded when left out. */
  stack?: StackChoice;
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
  /** Where somebody may confirm what people are asked for; nobody sits there when left out. */
  terminal?: Terminal;
}

/** How a run ended; everything else is in its log. */
export interface RunEnd {
  stopped: RoadworthyError | null;
}
