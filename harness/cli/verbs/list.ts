/** `list`: what can be run. */

import { scenarios, suites } from "../../../scenarios/index.ts";
import { builtInTargets } from "../../../targets/index.ts";

export function list(flags: { json?: boolean }): string {
  const targets = builtInTargets.map(({ target }) => ({ name: target.name, title: target.title, objectives: target.objectives.length, turnsRed: target.turnsRed }));
  if (flags.json === true) {
    return JSON.stringify({ targets, suites, scenarios: scenarios.map(({ name, title, target, rules }) => ({ name, title, target, rules })) }, null, 2);
  }
  return [
    "Targets",
    ...targets.map((target) => line(target.name, target.turnsRed.length === 0 ? `${target.title}, ${target.objectives} objectives` : `${target.title}; turns red: ${target.turnsRed.join(", ")}`)),
    "Suites",
    ...suites.map((suite) => line(suite.name, `${suite.title}: ${suite.scenarios.join(", ")}`)),
    "Scenarios",
    ...scenarios.map((scenario) => line(scenario.name, `${scenario.title}; rules on ${scenario.rules.length} objectives`)),
  ].join("\n");
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(24)} ${text}`;
}
