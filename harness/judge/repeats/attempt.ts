/** An attempt at a repeat, judged by itself: a whole run in a folder of its own. */

import type { RepeatAttempt } from "../../log/event.ts";
import type { StopEvent } from "../facts/scenario-facts.ts";
import type { ScenarioJudgement } from "../verdict/scenario.ts";
import type { JudgedSuite } from "../verdict/suite.ts";

export interface JudgedOnce {
  whole: JudgedSuite;
  judged: readonly ScenarioJudgement[];
  /** The first stop, of the run or of a scenario. */
  stop: StopEvent | null;
}

export interface JudgedAttempt extends RepeatAttempt {
  /** In the folder of the series. */
  folder: string;
  /** null: nothing of it can be read. */
  once: JudgedOnce | null;
  /** Why it does not count, or null when it does. */
  void: string | null;
}
