/** An indicator: a pure incremental fold over the events of one scenario. Used live by `drive/run/watch` and afterwards by `judge`. */

import type { LogEvent, RunHeader } from "../log/event.ts";
import type { IndicatorKind, IndicatorSpec } from "../scenario/indicator.ts";
import type { Objective } from "../scenario/objective.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Observation } from "./observation.ts";

export interface FoldContext<Spec> {
  spec: Spec;
  /** Gives limit, operator, unit, phase and clock: exceedances of the declared limit are counted exactly. */
  objective: Objective;
  header: RunHeader;
  scenario: Scenario;
}

/** Running state of one indicator; `step` takes every event in the log's order, `read` may be asked at any time. */
export interface RunningFold {
  step(event: LogEvent): void;
  read(): Observation;
}

export type Indicator<Kind extends IndicatorKind> = (context: FoldContext<Extract<IndicatorSpec, { kind: Kind }>>) => RunningFold;
/** Leaving an indicator out does not compile. The table itself is `sli/index.ts`. */
export type IndicatorTable = { [Kind in IndicatorKind]: Indicator<Kind> };
