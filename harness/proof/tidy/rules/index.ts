/** The table of tidy rules. */

import { scenarios, suites } from "../../../../scenarios/index.ts";
import { builtInTargets } from "../../../../targets/index.ts";
import { backupTable } from "../../../drive/backups/index.ts";
import { faultTable } from "../../../drive/faults/index.ts";
import type { ScenarioDefinition } from "../../../scenario/scenario.ts";
import { differenceRows } from "../../../drive/proxy/conformance/cases.fixture.ts";
import { httpToxicTable, toxicTable } from "../../../drive/proxy/toxics/index.ts";
import { indicatorTable } from "../../../sli/index.ts";
import { banned } from "./banned.ts";
import { dead } from "./dead.ts";
import { layers } from "./layers.ts";
import { manifest, parseManifest } from "./manifest.ts";
import type { Finding, Project } from "../project.ts";
import { safety, safetyTable } from "./safety.ts";
import { sizes } from "./sizes.ts";
import type { Generator } from "./tables.ts";
import { filesTable, markdownTable, tables } from "./tables.ts";
import { words } from "./words.ts";
import { workflows } from "./workflows.ts";

export interface Rule {
  name: string;
  /** What it asks for, in a sentence. */
  says: string;
  check: (project: Project, lock: string | undefined) => Finding[];
}

export const rules: readonly Rule[] = [
  {
    name: "layers",
    says: "Imports point along base ← scenario ← log ← sli ← {drive} and {judge ← reports}; drive and judge never meet; faults, load and probe do not know one another.",
    check: (project) => layers(project, { installed: installedBy(project) }),
  },
  { name: "sizes", says: "A file has at most 300 lines, a function 60, a folder 12 files; folders are at most 4 deep; no file is called util.", check: sizes },
  { name: "banned", says: "Clock, dice, exit, console and child processes each have one home; no shell, no mocks, no silenced checks.", check: banned },
  { name: "dead", says: "Every file is used by something that is used.", check: dead },
  { name: "words", says: "No promise to come back later, no path of one machine.", check: words },
  { name: "manifest", says: "At most 15 dependencies, each of one exact version; installing runs nothing of ours.", check: manifest },
  { name: "workflows", says: "Actions are pinned by commit, workflows only read, and no outside text gets into a script.", check: workflows },
  { name: "safety", says: "Each safety requirement has a test that names it in its title (`R29: …`).", check: safety },
  { name: "tables", says: "Generated tables in Markdown are up to date (`UPDATE=1 npm run tidy` writes them).", check: (project) => tables(project, generators) },
];

/** What `<!-- table:name -->` in a Markdown file stands for. */
export const generators: Readonly<Record<string, Generator>> = {
  safety: (project) => safetyTable(project),
  faults: () => faultTable(),
  backups: () => backupTable(),
  files: filesTable,
  scenarios: () => markdownTable(["scenario", "what happens", "faults", "rules on"], scenarios.map((row) => [row.name, row.title, faultsOf(row).join(", "), row.rules.join(" ")])),
  "toxiproxy-differences": () => markdownTable(["here", "there", "why"], differenceRows()),
  "http-toxics": () => httpToxicTable(),
  suites: () => markdownTable(["suite", "scenarios", "required"], suites.map((row) => [row.name, row.scenarios.join(", "), row.required.join(" ")])),
  targets: () => markdownTable(["target", "what it is", "turns red"], builtInTargets.map(({ target }) => [target.name, target.title, target.turnsRed.join(" ")])),
  indicators: indicatorTable,
  toxics: () => toxicTable(),
  rules: () => markdownTable(["rule", "what it asks for"], rules.map((rule) => [rule.name, rule.says])),
};

function faultsOf({ steps, random }: ScenarioDefinition): string[] {
  return [
    ...steps.map(({ id, repeat }) => (repeat === undefined ? id : `${id} (${repeat.times} times)`)),
    ...random.map(({ id, times }) => `${id} (${times} times, by the seed)`),
  ];
}

function installedBy(project: Project): Set<string> {
  const found = parseManifest(project.files.get("package.json")?.text ?? "{}");
  return new Set([...Object.keys(found.dependencies), ...Object.keys(found.optionalDependencies)]);
}
