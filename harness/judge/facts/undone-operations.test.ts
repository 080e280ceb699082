import { expect, test } from "vitest";
import type { LogEvent } from "../../log/event.ts";
import { scriptedScenario } from "../../sli/scripted/header.fixture.ts";
import type { ScenarioInput } from "../../scenario/scenario.ts";
import { UndoneFold } from "./undone-operations.ts";

type Operations = NonNullable<ScenarioInput["operations"]>;

const backUp = { id: "nightly", operation: { kind: "back-up", node: "db" } } as const;
const deploy = { id: "new", operation: { kind: "rolling-deploy", node: "api", version: "2", image: "api:2" } } as const;
const person = { id: "call", operation: { kind: "manual", text: "Call them", owner: "on call", expected: "5s" } } as const;
const restored = [{ id: "lost", fault: { kind: "store-destroy", node: "db", destructive: true }, hold: "1s", repair: { within: "9s", steps: [{ kind: "restore", node: "db" }] } }] as const;

function undone(operations: Operations, events: readonly LogEvent[], isDrill = false): string | null {
  const scenario = scriptedScenario({
    name: "busy",
    title: "Busy",
    target: "shop",
    workloads: [{ name: "load", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["home"] }] }],
    phases: { warmUp: "1s", baseline: "5s", recovery: "90s" },
    operations,
    steps: isDrill ? [...restored].map((step) => ({ ...step, repair: { ...step.repair, steps: [...step.repair.steps] } })) : [],
    stop: "none",
    rules: [],
  });
  const fold = new UndoneFold(scenario);
  for (const event of events) fold.step(event);
  return fold.read();
}

const began = { type: "operation", at: 1, id: "nightly", kind: "back-up", on: "db", stage: "began" } as const;
const failed: LogEvent = { ...began, stage: "failed", tookMs: 1, why: "no such tool" };
const ended: LogEvent = { ...began, stage: "ended", tookMs: 1, bytes: 1, what: "dump" };
const manual = { type: "manual", at: 1, step: null, part: "act", owner: "on call", text: "Call them", expectedMs: 5_000, tookMs: 9 } as const;

test("what the load was to meet and did not is no reason to pass", () => {
  expect(undone([backUp], [began, ended])).toBeNull();
  expect(undone([backUp], [began, failed])).toBe('operation "nightly" (back-up of db) was not carried out: no such tool');
  expect(undone([backUp], [began])).toBe('operation "nightly" (back-up of db) was not carried out: the log does not say that it ended');
  expect(undone([backUp], [{ ...began, id: "other" }, { ...ended, id: "other" }])).toContain("was not carried out");
  expect(undone([backUp, deploy], [began, ended])).toContain('operation "new"');
});

test("of a store that is restored here, what was restored shows whether it had been backed up", () => {
  expect(undone([backUp], [began, failed], true)).toBeNull();
  expect(undone([{ ...backUp, operation: { kind: "back-up", node: "other" } }], [began, failed], true)).toContain("was not carried out");
});

test("a deploy that is rolled back need not end, and must have begun", () => {
  const rolled: Operations = [deploy, { id: "back", at: "5s", operation: { kind: "roll-back", of: "new" } }];
  const of = { type: "operation", at: 1, id: "new", kind: "rolling-deploy", on: "api" } as const;
  const back: LogEvent = { type: "operation", at: 2, id: "back", kind: "roll-back", on: "api", stage: "ended", tookMs: 1, bytes: null, what: "as before" };
  const broken: LogEvent = { ...of, stage: "failed", tookMs: 1, why: "api-2 was not ready" };
  expect(undone(rolled, [{ ...of, stage: "advanced", replica: "api-1", what: "2 was ready" }, broken, back])).toBeNull();
  expect(undone(rolled, [broken, back])).toBe('operation "new" (rolling deploy of api 2, stop-first) was not carried out: api-2 was not ready');
  expect(undone([deploy], [{ ...of, stage: "advanced", replica: "api-1", what: "2 was ready" }, broken])).toContain("api-2 was not ready");
});

test("what a person was to do was confirmed", () => {
  expect(undone([person], [{ ...manual, id: "call", stage: "confirmed", by: "ack" }])).toBeNull();
  expect(undone([person], [{ ...manual, id: "call", stage: "late" }])).toContain('operation "call"');
  expect(undone([person], [{ ...manual, id: "call", step: 1, stage: "confirmed", by: "ack" }])).toContain('operation "call"');
});
