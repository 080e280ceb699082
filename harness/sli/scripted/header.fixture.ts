/** Headers of scripted logs: test support, so that indicators, rules and reports are tested against histories whose truth is known. */

import type { RunHeader, SeenRed } from "../../log/event.ts";
import { logSchemaVersion } from "../../log/event.ts";
import { composeScenarios } from "../../scenario/compose/compose.ts";
import type { Control } from "../../scenario/control.ts";
import { scenarioSchema, suiteSchema, type Scenario, type ScenarioInput, type Suite, type SuiteInput } from "../../scenario/scenario.ts";
import { targetSchema, type Target, type TargetInput } from "../../scenario/target/target.ts";

/** Instant at which every scripted run begins. */
export const scriptedStartUs = 1_000_000_000;

/** 20 November 2026, 14:02 UTC: for display only. */
const startedAtUnixMs = 1_795_183_320_000;

export interface ScriptedRun {
  target: Target;
  suite: Suite;
  planned: readonly string[];
  plannedRules?: Readonly<Record<string, readonly string[]>>;
  run?: string;
  seed?: number;
  previous?: RunHeader["previous"];
  gatesSeenRed?: readonly SeenRed[];
  control?: Control;
}

export function scriptedHeader(run: ScriptedRun, scenario: Scenario | null, atUs: number = scriptedStartUs): RunHeader {
  return {
    type: "run",
    at: atUs,
    schema: logSchemaVersion,
    run: run.run ?? "2026-11-20-1402-syn",
    startedAtUnixMs: startedAtUnixMs + Math.round((atUs - scriptedStartUs) / 1000),
    roadworthyVersion: "0.1.0",
    commit: "4be19c2",
    versions: ["PostgreSQL 15.18", "Valkey 9.1.2", "Node 26.10.0"],
    host: { platform: "linux x64", cpus: 2, memoryMiB: 8192, fingerprint: "scripted" },
    stack: "embedded",
    proxy: "embedded",
    seed: run.seed ?? 8127,
    suite: run.suite,
    target: run.target,
    scenario,
    planned: run.planned,
    ...(run.plannedRules === undefined ? {} : { plannedRules: run.plannedRules }),
    repeat: `npx roadworthy suite ${run.suite.name} --seed ${run.seed ?? 8127}`,
    previous: run.previous ?? null,
    ...(run.gatesSeenRed === undefined ? {} : { gatesSeenRed: run.gatesSeenRed }),
    ...(run.control === undefined ? {} : { control: run.control }),
  };
}

export function scriptedTarget(input: TargetInput): Target {
  return targetSchema.parse(input);
}

export function scriptedScenario(input: ScenarioInput): Scenario {
  const [scenario] = composeScenarios(scenarioSchema.parse(input), 0);
  if (scenario === undefined) throw new RangeError("a scenario without a sweep is one scenario");
  return scenario;
}

export function scriptedSuite(input: SuiteInput): Suite {
  return suiteSchema.parse(input);
}
