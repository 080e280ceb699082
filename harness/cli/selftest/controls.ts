/** Controls for gates that no known-bad variant shows: what to do to a run of the good target so that the objective must fail. Pure. */

import { toMs, isTimeUnit } from "../../base/duration.ts";
import type { Control, ControlAct } from "../../scenario/control.ts";
import type { Objective } from "../../scenario/objective.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";
import { timelineOf } from "../../scenario/timeline.ts";

/** Beyond the limit, so that no rounding and no resolution brings it back. */
const lateShare = 0.5;
const leastLateMs = 100;
const heldBeyondMs = 3_000;
/** Longer than this nobody waits in a selftest, and no scenario has the time. */
const longestHeldMs = 60_000;
const everyNthId = 10;
const failedShare = 0.1;

export interface DerivedControl {
  control: Control;
  /** Name of the scenario that it acts on. */
  scenario: string;
}

/** For as many of the gates as can be; gates with the same act in the same scenario share a run. */
export function derivedControls(gates: readonly string[], target: Target, scenarios: readonly Scenario[]): DerivedControl[] {
  const derived = gates.flatMap((gate) => {
    const objective = originalOf(gate, target);
    const act = objective === null ? null : actFor(objective, target);
    const scenario = objective === null || act === null ? undefined : scenarios.filter((each) => each.rules.includes(objective.id) && canAct(act, objective, each)).toSorted((a, b) => timelineOf(a).totalMs - timelineOf(b).totalMs)[0];
    return act === null || scenario === undefined ? [] : [{ gate, act, scenario: scenario.name }];
  });
  return [...Map.groupBy(derived, ({ act, scenario }) => JSON.stringify([act, scenario])).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ scenario: first.scenario, control: { what: inWords(first.act), turnsRed: [first, ...others].map(({ gate }) => gate), act: first.act } }],
  );
}

/** The objective whose ruling is that of this one; null when nothing judges it. */
function originalOf(id: string, target: Target): Objective | null {
  const found = target.objectives.find((objective) => objective.id === id);
  if (found === undefined || found.indicator !== null) return found ?? null;
  return target.objectives.find((objective) => objective.id === found.sameAs) ?? null;
}

function actFor({ indicator, op, limit, unit, phase }: Objective, target: Target): ControlAct | null {
  const upTo = op === "<" || op === "<=";
  const limitMs = typeof limit === "number" && isTimeUnit(unit) ? toMs(limit, unit) : null;
  switch (indicator?.kind) {
    case "latency":
      return upTo && limitMs !== null ? { kind: "late-answers", delayMs: late(limitMs), probe: null } : null;
    case "probe-time":
      return upTo && limitMs !== null ? { kind: "late-answers", delayMs: late(limitMs), probe: indicator.probe } : null;
    case "availability":
    case "unexpected-answers":
      return indicator.kind === "unexpected-answers" && indicator.allowed.includes(500) ? null : { kind: "failed-answers", share: failedShare, from: phase === "fault" ? "fault" : "start" };
    case "recovery-time":
      return upTo && limitMs !== null && limitMs <= longestHeldMs ? { kind: "closed-door", afterHealMs: limitMs + heldBeyondMs } : null;
    case "ledger":
      return indicator.set === "unexpected" || indicator.set === "resurrected" ? null : { kind: "altered-read-back", ledger: indicator.ledger, everyNth: everyNthId, how: indicator.set === "duplicated" ? "doubled" : "withheld" };
    case "health-lies":
      return target.probes[indicator.probe]?.layer === "http" ? { kind: "false-health", probe: indicator.probe } : null;
    // What has been finished, what the target counts itself, and what takes longer than a run: only a build that is broken shows these.
    case "completion-time":
    case "completion-errors":
    case "completion-rate":
    case "gauge":
    case "fact":
    case "throughput":
    case "resume-time":
    case "mean-recovery-time":
    case "loss-age":
    case "restore-checks":
    case "boot":
    case undefined:
      return null;
  }
}

function late(limitMs: number): number {
  return Math.round(limitMs + Math.max(leastLateMs, lateShare * limitMs));
}

function canAct(act: ControlAct, { indicator }: Objective, scenario: Scenario): boolean {
  if (act.kind !== "closed-door" || indicator?.kind !== "recovery-time") return true;
  return scenario.steps.some((step) => indicator.faults?.includes(step.fault.kind) !== false);
}

export function inWords(act: ControlAct): string {
  switch (act.kind) {
    case "late-answers":
      return `what ${act.probe === null ? "the load" : `probe ${act.probe}`} is answered comes ${act.delayMs} ms later`;
    case "failed-answers":
      return `${100 * act.share} % of the requests are answered with 500 on their way${act.from === "fault" ? ", from the first fault on" : ""}`;
    case "closed-door":
      return `the load cannot connect for ${act.afterHealMs / 1000} s after each fault`;
    case "altered-read-back":
      return `one id in ${act.everyNth} is ${act.how === "withheld" ? "left out" : "told twice"} when ledger ${act.ledger} is read back`;
    case "false-health":
      return `what probe ${act.probe} is told is always that all is well`;
  }
}
