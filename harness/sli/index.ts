/** The table of indicators, one row per kind of `scenario/indicator.ts`. */

import type { IndicatorKind, IndicatorSpec } from "../scenario/indicator.ts";
import { availability } from "./availability.ts";
import { boot } from "./boot.ts";
import { completionErrors } from "./completion-errors.ts";
import { completionRate } from "./completion-rate.ts";
import { completionTime } from "./completion-time.ts";
import { fact } from "./fact.ts";
import type { FoldContext, IndicatorTable, RunningFold } from "./fold.ts";
import { gauge } from "./gauge.ts";
import { healthLies } from "./health-lies.ts";
import { latency } from "./latency.ts";
import { ledger } from "./ledger.ts";
import { lossAge } from "./loss-age.ts";
import { meanRecoveryTime } from "./mean-recovery-time.ts";
import { probeTime } from "./probe-time.ts";
import { recoveryTime } from "./recovery-time.ts";
import { restoreChecks } from "./restore-checks.ts";
import { resumeTime } from "./resume-time.ts";
import { throughput } from "./throughput.ts";
import { unexpectedAnswers } from "./unexpected-answers.ts";

export const indicators: IndicatorTable = {
  latency,
  availability,
  throughput,
  "completion-time": completionTime,
  "completion-errors": completionErrors,
  "completion-rate": completionRate,
  gauge,
  "recovery-time": recoveryTime,
  "mean-recovery-time": meanRecoveryTime,
  "resume-time": resumeTime,
  ledger,
  "loss-age": lossAge,
  "restore-checks": restoreChecks,
  fact,
  "health-lies": healthLies,
  "unexpected-answers": unexpectedAnswers,
  "probe-time": probeTime,
  boot,
};

export { indicatorTable } from "./table.ts";

/** Starts the fold that `spec` names. */
export function startFold<Kind extends IndicatorKind>(
  spec: Extract<IndicatorSpec, { kind: Kind }> & { kind: Kind },
  context: Omit<FoldContext<IndicatorSpec>, "spec">,
): RunningFold {
  return indicators[spec.kind]({ ...context, spec });
}
