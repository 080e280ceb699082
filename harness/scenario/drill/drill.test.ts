import { describe, expect, test } from "vitest";
import { RoadworthyError } from "../../base/error.ts";
import { checkScenario, checkTarget } from "../check.ts";
import { composeScenarios } from "../compose/compose.ts";
import { parseScenario, parseTarget } from "../parse.ts";
import { timelineOf } from "../timeline.ts";
import { describeOperation } from "./operation.ts";

const shop = {
  name: "shop",
  title: "Shop",
  nodes: { api: { kind: "process", command: ["node", "api.js"] }, jobs: { kind: "container" }, db: { kind: "postgres" }, cache: { kind: "redis" } },
  routes: { home: { node: "api", path: "/" } },
  ledgers: { orders: { readBack: { db: [{ via: "sql", node: "db", statement: "select id from orders" }] } } },
  backups: { db: { by: "dump", ledgers: ["orders"], checks: { orders: { via: "sql", node: "db", statement: "select count(*) from orders" } } } },
};

const restore = { within: "20s", steps: [{ kind: "restore", node: "db" }] };
const person = (part: string): object => ({ kind: "manual", part, owner: "on call", expected: "5s", text: "Do it" });
const lost = { id: "lost", at: "10s", hold: "3s", fault: { kind: "store-destroy", node: "db", destructive: true }, repair: restore };
const drill = {
  name: "drill",
  title: "All lost, and restored",
  target: "shop",
  workloads: [{ name: "home", profile: { shape: "constant", rate: 10 }, journeys: [{ steps: ["home"] }] }],
  phases: { warmUp: "1s", baseline: "5s", recovery: "4s" },
  operations: [
    { id: "second", at: "6s", within: "4s", operation: { kind: "back-up", node: "db" } },
    { id: "first", within: "6s", operation: { kind: "back-up", node: "db" } },
  ],
  steps: [lost],
  stop: "none",
  rules: [],
};

function problem(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof RoadworthyError ? `${error.code}: ${error.message}` : String(error);
  }
  return "nothing was thrown";
}

const checked = (change: object): string => problem(() => checkScenario(parseScenario({ ...drill, ...change }), parseTarget(shop)));

test("operations stand in their order, and the time line keeps the time of a repair free", () => {
  expect(checked({})).toBe("nothing was thrown");
  const [scenario] = composeScenarios(parseScenario(drill), 0);
  const { phases, steps, operations, totalMs } = timelineOf(scenario ?? expect.unreachable());
  expect(operations.map(({ operation, atMs }) => [operation.id, atMs, operation.within])).toEqual([
    ["first", 6_000, "6s"],
    ["second", 12_000, "4s"],
  ]);
  expect(steps).toMatchObject([{ injectAtMs: 16_000, repairAtMs: 19_000, healAtMs: 39_000 }]);
  expect(phases.find(({ name }) => name === "fault")).toEqual({ name: "fault", startMs: 6_000, endMs: 39_000 });
  expect(totalMs).toBe(43_000);
});

test("the plan says what becomes of which node", () => {
  const within = "10s";
  const deploy = { id: "new", within, operation: { kind: "rolling-deploy", node: "api", version: "2.1", env: { FLAG: "on" } } };
  const operations = [...drill.operations, deploy, { id: "back", at: "5s", within, operation: { kind: "roll-back", of: "new" } }, { id: "more", at: "6s", within, operation: { kind: "scale", node: "jobs", replicas: 3 } }];
  expect(checked({ operations })).toBe("nothing was thrown");
  const [scenario] = composeScenarios(parseScenario({ ...drill, operations }), 0);
  const { operations: planned } = timelineOf(scenario ?? expect.unreachable());
  expect(planned.map(({ operation: { operation } }) => describeOperation(operation))).toEqual(["back-up of db", "rolling deploy of api 2.1, stop-first", "roll back new", "back-up of db", "scale jobs to 3"]);
});

test("a change that nobody might see any more is refused", () => {
  const more = (within: string): unknown => composeScenarios(parseScenario({ ...drill, operations: [...drill.operations, { id: "more", at: "20s", within, operation: { kind: "scale", node: "api", replicas: 2 } }] }), 0);
  expect(problem(() => more("18s"))).toContain('operation "more" begins at 26 s and may take 18s, and the load ends at 43 s');
  expect(problem(() => more("17s"))).toBe("nothing was thrown");
});

test("what a command destroys may be restored as well", () => {
  const argv = ["true"];
  expect(checked({ steps: [{ ...lost, fault: { kind: "command", node: "db", inject: argv, heal: argv, felt: argv } }] })).toBe("nothing was thrown");
});

test("people have their part in a repair, and in operations", () => {
  const steps = [person("decide"), ...restore.steps, person("act"), person("verify")];
  expect(checked({ steps: [{ ...lost, repair: { within: "20s", steps } }], operations: [...drill.operations, { id: "call", within: "10s", operation: person("act") }] })).toBe("nothing was thrown");
});

describe("a drill that cannot work is refused with its path", () => {
  test.each<[string, object, string]>([
    ["destroyed without a restore", { steps: [{ ...lost, repair: undefined }] }, 'steps[0].repair: nothing restores "db"'],
    ["restored without having been destroyed", { steps: [{ ...lost, fault: { kind: "node-stop", node: "db" } }] }, 'steps[0].repair: "db" would be restored, and this step does not destroy it'],
    ["a store that the target does not back up", { operations: [{ id: "first", operation: { kind: "back-up", node: "cache" } }] }, 'operations[0].operation: the target does not say how to back up "cache"'],
    ["an id that a fault has", { operations: [{ id: "lost", operation: { kind: "back-up", node: "db" } }] }, 'operations[0].id: there is another step "lost"'],
    ["a command on a node that is not there", { operations: [{ id: "deploy", operation: { kind: "command", node: "web", does: "deploy", command: ["deploy"] } }] }, 'operations[0].operation: there is no node "web"'],
    ["another size of a store", { operations: [{ id: "more", operation: { kind: "scale", node: "db", replicas: 2 } }] }, 'operations[0].operation: "db" is a store of kind postgres'],
    ["another version of a store", { operations: [{ id: "new", operation: { kind: "rolling-deploy", node: "cache", version: "8", image: "redis:8" } }] }, 'operations[0].operation: "cache" is a store of kind redis'],
    ["none at all", { operations: [{ id: "none", operation: { kind: "scale", node: "api", replicas: 0 } }] }, "operations[0].operation.replicas"],
    ["a deploy of a node that is not there", { operations: [{ id: "new", operation: { kind: "rolling-deploy", node: "web", version: "2", image: "web:2" } }] }, 'operations[0].operation: there is no node "web"'],
    ["a deploy of the same", { operations: [{ id: "new", operation: { kind: "rolling-deploy", node: "api", version: "2" } }] }, "operations[0].operation: it changes nothing"],
    ["a deploy that is rolled back and is none", { operations: [...drill.operations, { id: "back", operation: { kind: "roll-back", of: "first" } }] }, 'operations[2].operation.of: there is no rolling-deploy "first"'],
    ["a deploy that is rolled back before it begins", { operations: [...drill.operations, { id: "back", at: "2s", operation: { kind: "roll-back", of: "new" } }, { id: "new", at: "2s", operation: { kind: "rolling-deploy", node: "api", version: "2", image: "api:2" } }] }, 'operations[2].at: "new" begins at 2s, and is rolled back after that'],
    ["no back-up to restore", { operations: [] }, 'steps[0].repair: nothing backs up "db" before it is destroyed at 10s'],
    ["a back-up of another store", { operations: [{ id: "first", within: "6s", operation: { kind: "back-up", node: "cache" } }] }, 'steps[0].repair: nothing backs up "db"'],
    ["a back-up that may last longer than the store", { operations: [{ id: "first", at: "5s", within: "5001ms", operation: { kind: "back-up", node: "db" } }] }, 'steps[0].repair: nothing backs up "db"'],
    ["destroyed by chance", { random: [{ id: "chance", choose: [lost.fault], times: 1, between: ["0s", "5s"], hold: "1s" }], limits: { faultsAtOnce: 9 } }, "random[0]: what is destroyed by chance"],
    ["destroyed without saying so", { steps: [{ ...lost, fault: { kind: "store-destroy", node: "db" } }] }, "steps[0].fault.destructive"],
    ["longer than a fault may last, with its repair", { limits: { longestFault: "22s" } }, "steps[0]: its hold of 23 s is longer than limits.longestFault, 22s"],
    ["people who decide after they have acted", { steps: [{ ...lost, repair: { within: "20s", steps: [...restore.steps, person("decide")] } }] }, "steps[0].repair.steps[1]: a recovery goes from detect to decide"],
    ["people who need longer than there is", { steps: [{ ...lost, repair: { within: "4s", steps: [...restore.steps, person("verify")] } }] }, "steps[0].repair.within: people are expected to take 5 s, which is longer than 4s"],
    ["nothing but a look", { steps: [{ ...lost, fault: { kind: "node-stop", node: "db" }, repair: { within: "9s", steps: [person("verify")] } }] }, "steps[0].repair.steps: there is nothing to repair but to verify it"],
    ["a person with two lines to read", { steps: [{ ...lost, repair: { within: "9s", steps: [...restore.steps, { ...person("act"), text: "one\ntwo" }] } }] }, "steps[0].repair.steps[1].text"],
    ["an operation of people without time", { operations: [{ id: "call", within: "1s", operation: person("act") }] }, "operations[0].operation.within: people are expected to take 5 s"],
    ["again before it is repaired", { steps: [{ ...lost, repeat: { every: "20s", times: 2 } }] }, "steps[0].repeat.every: 20s is not longer"],
  ])("%s", (_what, change, expected) => {
    expect(checked(change)).toContain(expected);
    expect(checked(change)).toMatch(/^scenario-invalid/);
  });

  test.each<[string, object, string]>([
    ["no such node", { gone: { by: "rdb" } }, "backups.gone: there is no such node"],
    ["by a tool for another store", { cache: { by: "dump" } }, "backups.cache: by dump is for postgres, and the node is of kind redis"],
    ["a ledger that is not there", { db: { by: "dump", ledgers: ["carts"] } }, 'backups.db.ledgers: there is no ledger "carts"'],
    ["a check of a node that is not there", { db: { by: "dump", checks: { rows: { via: "sql", node: "gone", statement: "select 1" } } } }, "backups.db.checks.rows"],
  ])("a target's back-ups: %s", (_what, backups, expected) => {
    expect(problem(() => checkTarget(parseTarget({ ...shop, backups })))).toMatch(/^target-invalid/);
    expect(problem(() => checkTarget(parseTarget({ ...shop, backups })))).toContain(expected);
  });
});
