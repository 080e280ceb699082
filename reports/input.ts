/** What every renderer gets. Renderers are pure: same input, same bytes; no clock, no dice, no file of the run. */

import type { ScenarioEvidence } from "../harness/judge/evidence.ts";
import type { SuiteVerdict, Verdict } from "../harness/judge/verdict/schema.ts";
import type { RunHeader } from "../harness/log/event.ts";

export interface ScenarioReport {
  verdict: Verdict;
  evidence: ScenarioEvidence;
  header: RunHeader;
}

export interface ReportInput {
  /** Header of the suite's own log. */
  header: RunHeader;
  suite: SuiteVerdict;
  /** One entry per scenario that ran, in the order of the run. */
  scenarios: readonly ScenarioReport[];
}
