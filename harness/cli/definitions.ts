/** Finds scenarios, suites and targets: by path, in `./chaos` of the user's repository, or in the tables of Roadworthy itself. */

import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { codeRoot } from "../base/entry.ts";
import { RoadworthyError } from "../base/error.ts";
import { replayTables } from "../drive/load/pace/replay.ts";
import type { RunPlan } from "../drive/run/plan.ts";
import { checkScenario, checkSuite, checkTarget } from "../scenario/check.ts";
import { narrowed } from "../scenario/compose/blast-radius.ts";
import { composeScenarios } from "../scenario/compose/compose.ts";
import { parseScenario, parseSuite, parseTarget } from "../scenario/parse.ts";
import type { ScenarioDefinition, Suite } from "../scenario/scenario.ts";
import type { Target } from "../scenario/target/target.ts";
import { scenarios, suites } from "../../scenarios/index.ts";
import { builtInTargets } from "../../targets/index.ts";
import { definitionExtensions, readDefinition } from "./definition-file.ts";
import { withObjectives } from "./input/objectives-file.ts";
import { withReplayFiles } from "./input/replay-file.ts";
import { withScripts } from "./input/script-file.ts";
import { isOwnCheckout } from "./store.ts";

const chaosFolder = "chaos";

export interface FoundTarget {
  target: Target;
  folder: string;
}

/** What the command line says about a plan. */
export interface PlanChoice {
  target?: string | undefined;
  /** The target itself, where it was found already. */
  found?: FoundTarget;
  /** Decides what a scenario leaves to chance. */
  seed: number;
}

/** The plan of `roadworthy suite <name>`, whole and checked. `only` keeps the scenarios that rule on one of these objectives. */
export async function planSuite(name: string, choice: PlanChoice & { only?: readonly string[] | undefined }): Promise<RunPlan> {
  const { suite, folder } = await findSuite(name);
  const found = choice.found ?? (await findTarget(choice.target ?? suite.target, choice.target !== undefined));
  const all = await Promise.all(suite.scenarios.map((scenario) => findScenario(scenario, folder)));
  return checkedPlan(suite, all.filter((scenario) => rulesOnAny(scenario, choice.only)), { found, seed: choice.seed });
}

/** The plan of what is named: a suite by itself, or scenarios. */
export async function planAny(names: readonly string[], choice: PlanChoice): Promise<RunPlan> {
  const [first] = names;
  return first !== undefined && names.length === 1 && (await isSuite(first)) ? await planSuite(first, choice) : await planScenarios(names, choice);
}

/** The plan of `roadworthy run <scenario…>`: a suite of what was named. */
export async function planScenarios(names: readonly string[], choice: PlanChoice): Promise<RunPlan> {
  const named = await Promise.all(names.map((name) => findScenario(name)));
  const first = named[0];
  if (first === undefined) throw new RoadworthyError("usage", "no scenario was named", { hint: "roadworthy list shows them" });
  const found = await findTarget(choice.target ?? first.target, choice.target !== undefined);
  const suite = parseSuite({
    name: named.length === 1 ? first.name : "run",
    title: named.map((scenario) => scenario.title).join("; "),
    target: first.target,
    scenarios: named.map((scenario) => scenario.name),
    required: [],
  });
  return checkedPlan(suite, named, { found, seed: choice.seed });
}

/** A relative path counts from `folder`: the present one, or that of the suite which names it. */
export async function findScenario(name: string, folder = "."): Promise<ScenarioDefinition> {
  const path = pathOf(name, { among: ["scenarios", "."], from: folder });
  if (path !== null) return withScripts(withReplayFiles(parseScenario(await readDefinition(path), path), dirname(path)), dirname(path));
  return withScripts(row("scenario", name, scenarios), join(codeRoot, "scenarios"));
}

export async function findSuite(name: string): Promise<{ suite: Suite; folder: string }> {
  const path = pathOf(name, { among: ["suites", "."] });
  if (path !== null) return { suite: parseSuite(await readDefinition(path), path), folder: dirname(path) };
  return { suite: row("suite", name, suites), folder: "." };
}

/** `isChosen`: named on the command line. The built-in reference is never gated silently in another repository. */
export async function findTarget(name: string, isChosen: boolean): Promise<FoundTarget> {
  const path = pathOf(name, { among: ["targets", "."], file: "target" });
  if (path !== null) return { target: parseTarget(await withObjectives(await readDefinition(path), dirname(path)), path), folder: dirname(path) };
  const builtIn = builtInTargets.find((entry) => entry.target.name === name);
  if (builtIn === undefined) {
    throw new RoadworthyError("not-found", `there is no target "${name}"`, { hint: `known: ${builtInTargets.map((entry) => entry.target.name).join(", ")}; your own is named by its path` });
  }
  if (!isChosen && !isOwnCheckout()) {
    throw new RoadworthyError("usage", `this would gate the built-in reference system "${name}", not yours`, { hint: `name your own target by its path, or say --target ${name}` });
  }
  return builtIn;
}

function checkedPlan(suite: Suite, chosen: readonly ScenarioDefinition[], { found, seed }: { found: FoundTarget; seed: number }): RunPlan {
  if (chosen.length === 0) throw new RoadworthyError("usage", `no scenario of suite "${suite.name}" is left`, { hint: "name objectives that one of its scenarios rules on" });
  checkTarget(found.target);
  checkSuite(suite, found.target);
  const limited = chosen.map((scenario) => ({ ...scenario, limits: narrowed(scenario.limits, suite.limits) }));
  for (const scenario of limited) {
    checkScenario(scenario, found.target);
    // Every line of it: what is wrong with a file is said before anything is started.
    replayTables(scenario.workloads, found.target.routes);
  }
  const composed = limited.flatMap((scenario) => composeScenarios(scenario, seed));
  const twice = composed.find((scenario, index) => composed.findIndex((other) => other.name === scenario.name) !== index);
  if (twice !== undefined) throw new RoadworthyError("usage", `scenario "${twice.name}" is named twice`, { hint: "name it once" });
  return { suite, scenarios: composed, target: found.target, targetFolder: found.folder, seed };
}

function rulesOnAny(scenario: ScenarioDefinition, only: readonly string[] | undefined): boolean {
  return only === undefined || only.length === 0 || only.some((objective) => scenario.rules.includes(objective));
}

function row<Row extends { name: string }>(kind: string, name: string, table: readonly Row[]): Row {
  const found = table.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  throw new RoadworthyError("not-found", `there is no ${kind} "${name}"`, { hint: `known: ${table.map((entry) => entry.name).join(", ")}; your own is named by its path` });
}

/** Told by the field that only a suite has. */
async function isSuite(name: string): Promise<boolean> {
  const path = pathOf(name, { among: ["suites", "."] });
  if (path === null) return suites.some((suite) => suite.name === name);
  const data = await readDefinition(path);
  return typeof data === "object" && data !== null && "scenarios" in data;
}

interface Lookup {
  /** Folders of `./chaos` that hold such files. */
  among: readonly string[];
  /** Where relative paths count from; the present folder when left out. */
  from?: string;
  /** What the file is called when the name means a folder. */
  file?: string;
}

/** The file that a name means: itself when it is a path, or one in `./chaos`; null when it must be a row of a table. */
function pathOf(name: string, { among, from = ".", file }: Lookup): string | null {
  // A known-bad variant has a slash in its name as well; a path with a slash is one that exists, or begins with one.
  const isPath = /^\.{0,2}\//.test(name) || definitionExtensions.some((extension) => name.endsWith(extension)) || (name.includes("/") && existsSync(resolve(from, name)));
  if (isPath) return fileAt(resolve(from, name), file) ?? resolve(from, name);
  if (!/^[\w.-]+$/.test(name)) return null;
  for (const folder of among) {
    const found = fileAt(resolve(chaosFolder, folder, name), file);
    if (found !== null) return found;
  }
  return null;
}

/** `path` itself, with one of the extensions, or the file `inFolder` of it when it is a folder. */
function fileAt(path: string, inFolder: string | undefined): string | null {
  if (existsSync(path) && statSync(path).isFile()) return path;
  const bases = inFolder === undefined ? [path] : [join(path, inFolder), path];
  for (const base of bases) {
    const found = definitionExtensions.map((extension) => `${base}${extension}`).find((candidate) => existsSync(candidate));
    if (found !== undefined) return found;
  }
  return null;
}
