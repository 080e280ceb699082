/** The records behind a ruling, found again in the log: per kind of indicator what counted against the objective, else what the figure stands on. */

import { join } from "node:path";
import type { LogEvent, RunHeader } from "../../log/event.ts";
import { openLog, segmentPaths } from "../../log/reader.ts";
import { readPlaced, type Place } from "../../log/segment.ts";
import type { IndicatorKind } from "../../scenario/indicator.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { PhaseWindows } from "../../sli/concepts/phase-window.ts";
import { startFold } from "../../sli/index.ts";
import type { Observation } from "../../sli/observation.ts";
import type { Claim } from "../claim.ts";
import { durationTracer, resumeTracer } from "./tracers/durations.ts";
import { factTracer, bootTracer, gaugeTracer, restoreTracer } from "./tracers/single-records.ts";
import { healthTracer, probeTracer } from "./tracers/probes.ts";
import { itemTracer } from "./tracers/items.ts";
import { ledgerTracer } from "./tracers/ledger.ts";
import { requestTracer } from "./tracers/requests.ts";
import type { TraceGroup } from "./first-rows.ts";

/** What a tracer goes by. */
export interface TraceContext<Kind extends IndicatorKind = IndicatorKind> {
  objective: Claim["objective"];
  spec: Extract<Claim["spec"], { kind: Kind }>;
  header: RunHeader;
  scenario: Scenario;
  /** Of the whole log. */
  phases: PhaseWindows;
}

/** Two passes: `learn` takes every event in order of time, `step` every event with its place, segment by segment. */
export interface Tracer {
  learn?(event: LogEvent): void;
  step(event: LogEvent, place: Place): void;
  read(): TraceGroup[];
}

export interface Trace {
  observation: Observation;
  groups: readonly TraceGroup[];
  phases: PhaseWindows;
  /** Zero of the scenario's clock. */
  startUs: number;
}

/** `folder`: the scenario's, with its log. */
export function traceClaim({ objective, spec }: Claim, folder: string): Trace {
  const log = openLog(join(folder, "log"));
  const { header } = log;
  const { scenario } = header;
  if (scenario === null) throw new RangeError("the log of a suite holds nothing to trace");
  const phases = new PhaseWindows();
  const fold = startFold(spec, { objective, header, scenario });
  const tracer = tracerOf({ objective, spec, header, scenario, phases });
  for (const event of log.events()) {
    phases.step(event);
    fold.step(event);
    tracer.learn?.(event);
  }
  for (const path of segmentPaths(join(folder, "log"))) for (const { event, place } of readPlaced(path)) tracer.step(event, place);
  return { observation: fold.read(), groups: tracer.read(), phases, startUs: phases.spans[0]?.beginUs ?? header.at };
}

function tracerOf({ spec, ...context }: TraceContext): Tracer {
  switch (spec.kind) {
    case "latency":
    case "availability":
    case "throughput":
    case "unexpected-answers":
      return requestTracer({ ...context, spec });
    case "completion-time":
    case "completion-errors":
    case "completion-rate":
      return itemTracer({ ...context, spec });
    case "gauge":
      return gaugeTracer({ ...context, spec });
    case "recovery-time":
    case "mean-recovery-time":
      return durationTracer({ ...context, spec });
    case "resume-time":
      return resumeTracer({ ...context, spec });
    case "ledger":
    case "loss-age":
      return ledgerTracer({ ...context, spec });
    case "fact":
      return factTracer({ ...context, spec });
    case "restore-checks":
      return restoreTracer({ ...context, spec });
    case "health-lies":
      return healthTracer({ ...context, spec });
    case "probe-time":
      return probeTracer({ ...context, spec });
    case "boot":
      return bootTracer();
  }
}
