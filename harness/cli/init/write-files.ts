/** Writes what `init` has to write, all of it or nothing: what would not fit together with what was edited since is put back. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { asRoadworthyError, RoadworthyError, systemErrorCode } from "../../base/error.ts";
import { planSuite } from "../definitions.ts";
import { refuseUndecidable } from "../plan/outlooks.ts";
import { version } from "../version.ts";
import type { Ask } from "./ask.ts";
import type { RunPlan } from "../../drive/run/plan.ts";
import type { Draft } from "./draft/drafts.ts";
import type { Known } from "./draft/known.ts";
import { objectivesOf } from "./draft/objectives.ts";
import type { InitFlags } from "./flags.ts";
import { digestOf, fateOf, manifestName, manifestText, type Fate } from "./manifest.ts";
import { prepare, type Prepared } from "./prepare.ts";

export interface Decided {
  readonly draft: Draft;
  readonly fate: Fate;
}

export interface Written {
  readonly prepared: Prepared;
  readonly decided: readonly Decided[];
  /** Files that it wrote before and would not write any more. */
  readonly leftOver: readonly string[];
}

/** `ask`: null where nobody can be asked. Throws `not-found`, `usage`, `cannot-write`; nothing is changed then. */
export async function writeInto(root: string, flags: InitFlags, ask: Ask | null): Promise<Written> {
  const prepared = await prepare(flags, { root, version: version(), ask });
  const noted = prepared.manifest?.files ?? {};
  const decided = prepared.drafts.map((draft): Decided => ({ draft, fate: fateOf(draft, textAt(join(root, draft.path)), noted[draft.path]) }));
  const manifest = { path: `${prepared.folder}/${manifestName}`, text: manifestText(prepared.known.answers, { ...noted, ...notes(decided) }) };
  const changes = [...decided.filter(({ fate }) => fate === "new" || fate === "updated").map(({ draft }) => draft), manifest];
  const before = changes.map(({ path }) => ({ path: join(root, path), text: textAt(join(root, path)) }));
  try {
    for (const { path, text } of changes) put(join(root, path), text);
    await assertFits(root, prepared);
  } catch (error) {
    for (const { path, text } of before) putBack(path, text);
    throw explained(error, decided);
  }
  const leftOver = Object.keys(noted).filter((path) => existsSync(join(root, path)) && !prepared.drafts.some((draft) => draft.path === path));
  return { prepared, decided, leftOver };
}

/** What `init` wrote itself, now or before, as it wrote it last. */
function notes(decided: readonly Decided[]): Record<string, string> {
  return Object.fromEntries(decided.filter(({ fate }) => fate === "new" || fate === "updated" || fate === "unchanged").map(({ draft }) => [draft.path, digestOf(draft.text)]));
}

/** The widest suite that is there can be planned and decided: by the same code that will run it. */
async function assertFits(root: string, { known, drafts, folder }: Prepared): Promise<void> {
  const target = join(root, folder, known.system.name, `target.${known.answers.format}`);
  const suite = drafts.map(({ path }) => join(root, path)).findLast((path) => path.startsWith(join(root, folder, "suites")) && existsSync(path));
  if (suite === undefined || !existsSync(target)) return;
  const plan = await planSuite(suite, { target, seed: 0 });
  refuseUndecidable(plan);
  assertSetUp(plan, known);
}

/** A gate that rules on what its objectives do not say how to measure would be inconclusive for ever. */
function assertSetUp({ scenarios, target }: RunPlan, known: Known): void {
  const ruled = new Set(scenarios.flatMap(({ rules }) => rules));
  const open = new Set(target.objectives.filter(({ id, indicator }) => indicator === null && ruled.has(id)).map(({ id }) => id));
  if (open.size === 0) return;
  const lines = objectivesOf(known).filter(({ id }) => open.has(id)).map(({ id, indicator }) => `${id}: indicator: ${JSON.stringify(indicator)}`);
  throw new RoadworthyError("usage", `objectives without an indicator; write into them, in place of null: ${lines.join("; ")}`);
}

function explained(error: unknown, decided: readonly Decided[]): RoadworthyError {
  const known = asRoadworthyError(error);
  const yours = decided.filter(({ fate }) => fate === "edited" || fate === "deleted" || fate === "foreign").map(({ draft }) => draft.path);
  if (yours.length === 0 || known.code === "cannot-write" || known.code === "internal") return known;
  return new RoadworthyError("usage", `what init would write does not fit together with what you changed (${yours.join(", ")}), so nothing was written: ${known.message}`, {
    hint: "add by hand what it names; with --out <another folder> init writes all of it anew, to compare with",
    cause: error,
  });
}

function textAt(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

function put(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new RoadworthyError("cannot-write", `cannot write ${path}: ${systemErrorCode(error) ?? String(error)}`, { hint: "check that the folder may be written", where: path, cause: error });
  }
}

function putBack(path: string, text: string | null): void {
  if (text === null) rmSync(path, { force: true });
  else put(path, text);
}
