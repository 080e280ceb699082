/** The scenarios of a first gate: load without a fault, each store away, slow, each part killed. */

import type { ScenarioInput, SuiteInput } from "../../../scenario/scenario.ts";
import type { Part } from "../recognise/parts.ts";
import { idOf, storeIdOf, type Concept } from "./objectives.ts";
import type { Known } from "./known.ts";

type Workloads = ScenarioInput["workloads"];
type Steps = NonNullable<ScenarioInput["steps"]>;

/** In the order in which they are run. */
export function scenarioDrafts(known: Known): ScenarioInput[] {
  const { parts } = known.system;
  const stores = parts.filter(({ role }) => role === "postgres" || role === "redis" || role === "tcp");
  const clients = parts.filter(({ role, isTool }) => (role === "http" || role === "worker") && !isTool);
  return [steady(known), ...stores.map((store) => outage(store, known)), ...clients.map((part) => killed(part, known)), ...stores.flatMap((store) => slow(store, known))];
}

/** A gate of a few minutes; `nightly` is all there is. */
export function suiteDrafts(known: Known, scenarios: readonly ScenarioInput[]): SuiteInput[] {
  const file = ({ name: scenario }: ScenarioInput): string => `../scenarios/${scenario}.${known.answers.format}`;
  const gate = scenarios.filter(({ name }) => !name.endsWith("-slow"));
  const { name } = known.system;
  return [
    { name: "gate", title: "Release gate", target: name, scenarios: gate.map(file), required: allRules(gate) },
    { name: "nightly", title: "Nightly run", target: name, scenarios: scenarios.map(file), required: allRules(scenarios) },
  ];
}

function allRules(scenarios: readonly ScenarioInput[]): string[] {
  return [...new Set(scenarios.flatMap(({ rules }) => rules))].toSorted();
}

function steady(known: Known): ScenarioInput {
  return {
    name: "steady",
    title: "Normal load without a fault",
    target: known.system.name,
    workloads: load(known),
    phases: { warmUp: "5s", baseline: "60s" },
    stop: [{ when: "error-ratio", above: 0.5, over: "10s" }],
    rules: rulesOn(known, ["answered", "fast", "ready", "kept", "once", "finished-in-time", "finished-well", "queue-short"]),
  };
}

function outage(store: Part, known: Known): ScenarioInput {
  const node = store.service.name;
  const links = linksTo(node, known);
  const cut: Steps = links.length === 0 ? [] : [{ id: "cut", at: "0s", hold: "5s", fault: { kind: "link-down", links } }];
  return {
    name: `${node}-outage`,
    title: links.length === 0 ? `${node} crashed and stopped` : `${node} cut off, crashed and stopped`,
    target: known.system.name,
    workloads: load(known, store.role === "postgres" ? node : undefined),
    phases: faulty,
    steps: [...cut, { id: "crash", at: "22s", hold: "4s", fault: { kind: "node-kill", node } }, { id: "stop", at: "44s", hold: "4s", fault: { kind: "node-stop", node } }],
    stop: stopOf(known),
    rules: [...rulesOn(known, store.role === "postgres" ? ["back", "kept", "once", "honest-health"] : ["back", "kept", "once"], node), ...(store.role === "postgres" ? [storeIdOf(node, known)] : [])],
  };
}

function killed({ service, role }: Part, known: Known): ScenarioInput {
  const node = service.name;
  return {
    name: `${node}-killed`,
    title: role === "worker" ? `${node} killed twice in the middle of its work` : `${node} killed twice`,
    target: known.system.name,
    workloads: load(known),
    phases: faulty,
    steps: [{ id: "kill", hold: "4s", repeat: { every: "22s", times: 2 }, fault: { kind: "node-kill", node } }],
    stop: "none",
    rules: rulesOn(known, ["back", "kept", "once"]),
  };
}

function slow(store: Part, known: Known): ScenarioInput[] {
  const links = linksTo(store.service.name, known);
  if (links.length === 0) return [];
  return [
    {
      name: `${store.service.name}-slow`,
      title: `${store.service.name} answers 100 ms, then 500 ms late`,
      target: known.system.name,
      workloads: load(known),
      phases: faulty,
      steps: [
        { id: "late-100", at: "0s", hold: "10s", fault: { kind: "link-latency", links, delay: "100ms", jitter: "20ms" } },
        { id: "late-500", at: "24s", hold: "10s", fault: { kind: "link-latency", links, delay: "500ms", jitter: "50ms" } },
      ],
      stop: stopOf(known),
      rules: rulesOn(known, ["back", "kept", "once"]),
    },
  ];
}

/** Longer than a return may take, so that one that is late can be seen. */
const faulty = { warmUp: "5s", baseline: "12s", recovery: "15s", after: "5s" };

function linksTo(node: string, { links }: Known): string[] {
  return links.filter(({ to }) => to === node).map(({ name }) => name);
}

function stopOf({ door }: Known): ScenarioInput["stop"] {
  return door === null ? "none" : [{ when: "probe-down", probe: "live", for: "20s" }];
}

/** People who look, what is written, and writes straight to the database where its own losses count, or where there is no other load. */
function load(known: Known, store?: string): Workloads {
  const { door, answers, straight, readBack } = known;
  const reads = answers.reads.length > 0 ? answers.reads.map((_path, index) => ({ steps: [`read-${index + 1}`] })) : [{ steps: ["home"] }];
  const readers: Workloads = door === null ? [] : [{ name: "readers", profile: { shape: "constant", rate: 20 }, journeys: reads }];
  const writers: Workloads = door === null || answers.write === undefined ? [] : [{ name: readBack === null ? "untracked-writers" : "writers", profile: { shape: "constant", rate: 10 }, journeys: [{ steps: ["write"] }] }];
  const direct = store ?? (door === null ? straight[0] : undefined);
  const stores: Workloads = direct === undefined || !straight.includes(direct) ? [] : [{ name: `${direct}-writers`, engine: "ledger", ledger: `${direct}-writes`, writers: 4, rate: 20 }];
  return [...readers, ...writers, ...stores];
}

/** Those that something is known for. */
function rulesOn(known: Known, concepts: readonly Concept[], store?: string): string[] {
  const open = new Set(known.missing.flatMap((gap) => gap.concepts));
  const honest = known.databases[0]?.name === store && known.links.some(({ to }) => to === store);
  return concepts.filter((concept) => !open.has(concept) && (concept !== "honest-health" || honest)).map((concept) => idOf(concept, known));
}
