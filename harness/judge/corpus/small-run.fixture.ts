/** Whole run folders of one short scenario, small enough to be kept: what the saved runs of the corpus are made by. */

import { join } from "node:path";
import { dice } from "../../base/random.ts";
import type { EngineEnd, JsonEvent, LogEvent, RunHeader } from "../../log/event.ts";
import type { Scenario, ScenarioInput } from "../../scenario/scenario.ts";
import { routeSchema } from "../../scenario/route.ts";
import { targetSchema, type Target } from "../../scenario/target/target.ts";
import { scriptedHeader, scriptedScenario, scriptedStartUs, scriptedSuite, type ScriptedRun } from "../../sli/scripted/header.fixture.ts";
import { simulate, type Conduct } from "../../sli/scripted/simulate.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import { damages } from "./damages.fixture.ts";
import { corpusTarget } from "./target.fixture.ts";

export interface SmallRun {
  /** Seven seconds without a fault, or sixteen with one or more. */
  plan: "calm" | "outage" | "outages";
  /** Objectives of the corpus target that the scenario rules on. All of them are required, and no more, where `required` says nothing else. */
  rules: readonly string[];
  required?: readonly string[];
  /** What else is in the target, so that it has rows that nothing rules on. */
  alsoThere?: readonly string[];
  /** Whether the load writes what a ledger tracks; else it only reads. */
  writes?: boolean;
  conduct?: Conduct;
  /** One of `damages.fixture.ts` by its name. */
  damage?: string;
  /** How another tool that sent a workload ended. */
  engine?: Omit<EngineEnd, "type" | "at" | "workload">;
  stop?: { why: "condition" | "interrupt" | "error"; code: string; message: string };
  /** Something was left behind; the scenario never ran; the suite's log has no last record. */
  suite?: "unclean" | "never ran" | "cut";
  previous?: RunHeader["previous"];
}

/** Enough for a claim about 5 %; reads around a fault come closer together, because a window of recovery holds fifty. */
const requestsPerSecond = 12;
const readsPerSecond = 20;
const scenarioStartUs = scriptedStartUs + 60_000_000;
const suiteEndUs = scriptedStartUs + 120_000_000;

/** What a few seconds can decide. */
const easier: Readonly<Record<string, { limit: number; statement: string }>> = {
  "ORD-02": { limit: 95, statement: "Available 95 % of the time" },
  "ORD-04": { limit: 5, statement: "Fewer than 5 % of the orders fail" },
  "ORD-07": { limit: 2, statement: "Back within 2 s after the store was out of reach" },
};

/** Writes `<folder>/log` and `<folder>/<plan>/log`. Same run, same bytes. */
export function writeSmallRun(folder: string, small: SmallRun): void {
  const scenario = scenarioOf(small);
  const run = runOf(small, scenario);
  if (small.suite !== "never ran") writeLog(join(folder, scenario.name, "log"), eventsOf(small, run, scenario));
  writeLog(join(folder, "log"), suiteEvents(small, run));
}

function scenarioOf({ plan, rules, writes, engine }: SmallRun): Scenario {
  const own = { name: "orders", profile: { shape: "constant" as const, rate: plan === "calm" || writes === true ? requestsPerSecond : readsPerSecond }, journeys: [{ steps: [writes === true ? "place" : "look"] }] };
  const guest = { name: "shop", engine: "k6" as const, script: "./shop.js" };
  const fault = { kind: "link-down" as const, links: ["api-store"] };
  const common = { name: plan, target: "orders", workloads: engine === undefined ? [own] : [own, guest], stop: "none" as const, rules: [...rules] };
  const plans: { readonly [Plan in SmallRun["plan"]]: ScenarioInput } = {
    calm: { ...common, title: "An ordinary hour, shortened", phases: { warmUp: "1s", baseline: "6s" } },
    outage: { ...common, title: "The store is out of reach for 2 s", phases: { warmUp: "1s", baseline: "6s", recovery: "5s", after: "2s" }, steps: [{ id: "cut", fault, hold: "2s" }] },
    outages: {
      ...common,
      title: "The store is out of reach for a second, three times",
      phases: { warmUp: "1s", baseline: "6s", recovery: "6s" },
      steps: [{ id: "cut", fault, hold: "1s", repeat: { every: "4s", times: 3 } }],
    },
  };
  return scriptedScenario(plans[plan]);
}

function runOf({ rules, required, alsoThere, previous }: SmallRun, scenario: Scenario): ScriptedRun {
  const suite = scriptedSuite({ name: "gate", title: "What a release must show", target: "orders", scenarios: [scenario.name], required: [...(required ?? rules)] });
  return { target: targetWith([...rules, ...(alsoThere ?? [])]), suite, planned: [scenario.name], plannedRules: { [scenario.name]: [...rules] }, previous: previous ?? null };
}

function targetWith(ids: readonly string[]): Target {
  const target = corpusTarget();
  const objectives = target.objectives.filter(({ id }) => ids.includes(id)).map((objective) => ({ ...objective, ...easier[objective.id] }));
  const look = routeSchema.parse({ node: "api", path: "/orders", expect: { status: [200, 202] } });
  const queue = { ...target.gauges["queue"], every: ids.includes("ORD-06") ? "100ms" : "1s" };
  const every = ids.some((id) => ["ORD-07", "ORD-14", "ORD-16"].includes(id)) ? "500ms" : "1s";
  const probes = Object.fromEntries(Object.entries(target.probes).map(([name, probe]) => [name, { ...probe, every }]));
  return targetSchema.parse({ ...target, routes: { ...target.routes, look }, gauges: { queue }, probes, objectives });
}

function eventsOf({ conduct = {}, damage, engine, stop }: SmallRun, run: ScriptedRun, scenario: Scenario): LogEvent[] {
  const stopAt = stop === undefined ? {} : { stopAt: { atMs: 4000, ...stop } };
  const events = simulate(scriptedHeader(run, scenario, scenarioStartUs), scenario, { ...conduct, ...stopAt });
  const whole = engine === undefined ? events : withGuest(events, engine);
  if (damage === undefined) return whole;
  const found = damages.find(({ name }) => name === damage);
  if (found === undefined) throw new RangeError(`there is no damage called "${damage}"`);
  return found.change(whole, dice(1, damage));
}

/** What the process writes that lets k6 send the second workload: its health, how k6 ended, and that it told of no arrivals of its own. */
function withGuest(events: readonly LogEvent[], engine: NonNullable<SmallRun["engine"]>): LogEvent[] {
  const told = events.flatMap((event): LogEvent[] => (event.type === "generator" ? [event, { ...event, of: "shop" }] : [event]));
  const at = (told.at(-1)?.at ?? scenarioStartUs) - 1;
  const ending: LogEvent[] = [{ type: "engine-end", at, workload: "shop", ...engine }, { type: "load-end", at, offered: 0, started: 0, dropped: 0 }];
  return [...told.slice(0, -1), ...ending, ...told.slice(-1)];
}

function suiteEvents({ suite, stop }: SmallRun, run: ScriptedRun): LogEvent[] {
  const header = scriptedHeader(run, null);
  const at = suiteEndUs - 2000;
  const boot: JsonEvent = { type: "boot", at: scriptedStartUs + 3_200_000, bootMs: 3200, versions: header.versions, ready: ["store", "api"], notReady: [] };
  const notReady: JsonEvent = { type: "stop", at, why: "error", code: "target-not-ready", message: "node api was not ready within 30 s", hint: "look at its last lines of output" };
  const stopped: JsonEvent[] = stop === undefined ? (suite === "never ran" ? [notReady] : []) : [{ type: "stop", at, ...stop }];
  const left = suite === "unclean" ? [{ kind: "process", id: "4002", command: "kill -9 4002" }] : [];
  const cleanup: JsonEvent = { type: "cleanup", at: suiteEndUs - 1000, complete: left.length === 0, left };
  return [header, boot, ...stopped, cleanup, ...(suite === "cut" ? [] : [{ type: "end" as const, at: suiteEndUs }])];
}
