/** A known truth as a plan of our own: one server on a stack, and for each kill a scenario that writes to it, kills it and reads everything back. */

import { packageRoot } from "../../base/entry.ts";
import { dice, integerBetween } from "../../base/random.ts";
import type { RunPlan } from "../../drive/run/plan.ts";
import { checkScenario, checkTarget } from "../../scenario/check.ts";
import { composeScenarios } from "../../scenario/compose/compose.ts";
import { parseScenario, parseSuite, parseTarget } from "../../scenario/parse.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Target, TargetInput } from "../../scenario/target/target.ts";
import type { KnownTruth, StoreKind } from "./known-truth.ts";

export const server = "server";
const writers = 8;
/** The server is started again by its service manager, after what such a one takes at least. */
const restart = { policy: "always", delay: "100ms" } as const;
const at = { node: server } as const;

export function planOf(truth: KnownTruth, { kills, seed }: { kills: number; seed: number }): RunPlan {
  const target = targetOf(truth);
  const scenarios = Array.from({ length: kills }, (_unused, index) => scenarioOf(truth, target, { number: index + 1, seed }));
  const suite = parseSuite({ name: `golden-${truth.id}`, title: truth.what, target: target.name, scenarios: scenarios.map(({ name }) => name), required: [] });
  return { suite, scenarios, target, targetFolder: packageRoot, seed };
}

function targetOf({ id, what, store, settings, diskMiB }: KnownTruth): Target {
  const target = parseTarget({
    name: `golden-${id}`,
    title: what,
    nodes: { [server]: { kind: store === "table" ? "postgres" : "redis", settings, restart, ...(diskMiB === undefined ? {} : { diskMiB }) } },
    probes: { answers: { layer: store === "table" ? "postgres" : "redis", at, every: "40ms", timeout: "1s" } },
    ...partsOf[store],
  } satisfies TargetInput);
  checkTarget(target);
  return target;
}

type Parts = Required<Pick<TargetInput, "ledgers" | "reset">>;

const partsOf: Readonly<Record<StoreKind, Parts>> = {
  table: {
    ledgers: {
      writes: {
        store: { kind: "table", at, create: "create table if not exists writes (id text, filler text)", statement: "insert into writes (id, filler) values ($1, repeat('x', 150))" },
        readBack: { table: [{ via: "sql", node: server, statement: "select id from writes" }] },
      },
    },
    reset: [{ via: "sql", node: server, statement: "truncate writes" }],
  },
  queue: {
    ledgers: { writes: { store: { kind: "queue", at, key: "writes" }, readBack: { queue: [{ via: "redis", node: server, command: ["LRANGE", "writes", "0", "-1"] }] } } },
    reset: [{ via: "redis", node: server, command: ["FLUSHALL"] }],
  },
  "key-value": {
    ledgers: { writes: { store: { kind: "key-value", at }, readBack: { keys: [{ via: "redis", node: server, command: ["KEYS", "*"] }] } } },
    reset: [{ via: "redis", node: server, command: ["FLUSHALL"] }],
  },
};

function scenarioOf({ id, what, fault, ratePerSecond, beforeMs, spreadMs, afterMs }: KnownTruth, target: Target, { number, seed }: { number: number; seed: number }): Scenario {
  // Where in the server's own rhythm the kill falls must not be the same each time.
  const laterMs = integerBetween(dice(seed, `golden/${id}/${number}`), 0, spreadMs);
  const definition = parseScenario({
    name: `kill-${number}`,
    title: what,
    target: target.name,
    workloads: [{ name: "writers", engine: "ledger", ledger: "writes", writers, ...(ratePerSecond === null ? {} : { rate: ratePerSecond }) }],
    phases: { warmUp: "0ms", baseline: `${beforeMs}ms`, recovery: `${afterMs}ms` },
    steps: [{ id: "kill", at: `${laterMs}ms`, hold: "300ms", fault: { kind: fault, node: server } }],
    stop: "none",
    // What a server keeps does not hang on how the load was before the kill.
    steadyState: "none",
    degradedLimit: "500ms",
    rules: [],
  });
  checkScenario(definition, target);
  const [scenario] = composeScenarios(definition, seed);
  if (scenario === undefined) throw new Error("a definition makes a scenario");
  return scenario;
}
