/** A scenario with a sweep → one definition for each combination of its axes' values, each with a name that says which. Pure. */

import { RoadworthyError } from "../../base/error.ts";
import type { ScenarioDefinition, StepDefinition, SweepAxis } from "../scenario.ts";
import { nameSchema } from "../words.ts";
import { isOwn } from "../workload/workload.ts";

/** More would be no sweep but a campaign: 100 scenarios of a minute are two hours. */
const mostScenarios = 100;

/** The definition itself when it sweeps nothing. Throws `scenario-invalid` for an axis that has nothing to turn. */
export function sweptDefinitions(definition: ScenarioDefinition): ScenarioDefinition[] {
  const points = definition.sweep.reduce<ScenarioDefinition[]>(
    (made, axis, index) => made.flatMap((point) => turns(axis).map((turn) => turn(point, `sweep[${index}]`))),
    [{ ...definition, sweep: [] }],
  );
  if (points.length > mostScenarios) throw notSweepable("sweep", `${points.length} combinations are more than ${mostScenarios}`, "sweep over fewer values");
  for (const { name } of points) {
    if (!nameSchema.safeParse(name).success) throw notSweepable("sweep", `"${name}" is too long for a name`, "shorten the names of the scenario, the workload or the step");
  }
  return points;
}

/** Sets one value of one axis. */
type Turn = (point: ScenarioDefinition, path: string) => ScenarioDefinition;

function turns(axis: SweepAxis): Turn[] {
  if ("rates" in axis) return axis.rates.map((rate) => (point, path) => called(atRate(point, { workload: axis.workload, rate }, path), axis.workload, `${rate}`, "/s"));
  if ("delays" in axis) {
    return axis.delays.map((delay) => (point, path) => {
      const turned = withStep(point, { id: axis.step, path }, (step) => delayed(step, delay, path));
      return called(turned, axis.step, delay, " late");
    });
  }
  return axis.holds.map((hold) => (point, path) => called(withStep(point, { id: axis.step, path }, (step) => ({ ...step, hold })), axis.step, hold, " long"));
}

function called(point: ScenarioDefinition, what: string, value: string, unit: string): ScenarioDefinition {
  return { ...point, name: `${point.name}.${what}-${value.replaceAll(/\s/g, "")}`, title: `${point.title}, ${what} ${value}${unit}` };
}

function atRate(point: ScenarioDefinition, { workload: name, rate }: { workload: string; rate: number }, path: string): ScenarioDefinition {
  const found = point.workloads.find((workload) => workload.name === name);
  if (found === undefined) throw notSweepable(`${path}.workload`, `there is no workload "${name}"`, `known: ${point.workloads.map((workload) => workload.name).join(", ")}`);
  if (!isOwn(found)) throw notSweepable(`${path}.workload`, `"${name}" is sent by ${found.engine}`, "only a constant rate of Roadworthy's own engine can be swept");
  if (found.profile.shape !== "constant") throw notSweepable(`${path}.workload`, `"${name}" has the shape ${found.profile.shape}`, "only a constant rate can be swept");
  const profile = { ...found.profile, rate };
  return { ...point, workloads: point.workloads.map((workload) => (workload === found ? { ...workload, profile } : workload)) };
}

function withStep(point: ScenarioDefinition, { id, path }: { id: string; path: string }, change: (step: StepDefinition) => StepDefinition): ScenarioDefinition {
  if (!point.steps.some((step) => step.id === id)) throw notSweepable(`${path}.step`, `there is no step "${id}"`, `known: ${point.steps.map((step) => step.id).join(", ") || "none"}`);
  return { ...point, steps: point.steps.map((step) => (step.id === id ? change(step) : step)) };
}

function delayed(step: StepDefinition, delay: string, path: string): StepDefinition {
  if (!("delay" in step.fault)) throw notSweepable(`${path}.step`, `fault ${step.fault.kind} of step "${step.id}" has no delay`, "sweep over its hold, or over a step with a delay");
  return { ...step, fault: { ...step.fault, delay } };
}

function notSweepable(path: string, problem: string, hint: string): RoadworthyError {
  return new RoadworthyError("scenario-invalid", `${path}: ${problem}`, { hint });
}
