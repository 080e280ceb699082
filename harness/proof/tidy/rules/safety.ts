/**
 * Which test shows which safety requirement. A test says so in its title: `R29: a name is judged by where it leads`. The table of
 * harness/proof/SAFETY.md is made from these titles; a requirement that none names is a finding.
 */

import { posix } from "node:path";
import type { Node } from "oxc-parser";
import type { Finding, Project } from "../project.ts";
import { typeScriptFiles } from "../project.ts";
import type { SourceFile } from "../source-file.ts";
import { nodesOf } from "../walk.ts";
import { markdownTable } from "./tables.ts";

const place = "harness/proof/SAFETY.md";

const requirements: Readonly<Record<string, string>> = {
  R1: "The harness killed at any instant: nothing is left after 5 s",
  R2: "Harness and supervisor killed at once: processes die with them, the next command does the rest",
  R3: "The supervisor is the parent of every process, and writes down each act before it is done",
  R4: "Signals, a closed terminal, uncaught errors, full disks: cleaned up, and reported as incomplete",
  R5: "Every fault has a lease, and ends when the harness goes silent",
  R6: "Healing is repeated, bounded, and verified by its effect",
  R7: "A target that is gone is no failure of the cleaning",
  R8: "The proxy's interface answers in time while toxics change under load",
  R9: "A reset, and toxicity 0, are a plain pass-through, byte for byte",
  R10: "Two runs at once leave one another alone",
  R11: "A stop condition ends all faults within 1 s",
  R12: "`plan` opens no socket and sends no signal",
  R15: "Percentiles within 0.1 % of the sorted samples; what exceeds a limit is counted exactly",
  R18: "Started and dropped requests add up to the schedule, exactly",
  R29: "Connections go to loopback and to what was allowed twice, decided on the resolved address",
  R30: "No shell, and names that can be nothing but names",
  R31: "Nothing in a report runs or calls home",
  R32: "No secret in a report or a log",
  R33: "Servers of ours answer programs of this machine, or whoever has the token, and no page in a browser",
  R34: "Definitions have limits, and runs stay inside their folder",
  R37: "Signals reach processes of the run only, never a recycled pid",
  R38: "A target cannot lead the run to real data or real third parties",
};

/** Rows of id, requirement, and the tests that name it. */
export function safetyTable(project: Project): string {
  const named = testsByRequirement(project);
  const rows = Object.entries(requirements).map(([id, says]) => [id, says, (named.get(id) ?? []).map(cell).join("<br>") || "none yet"]);
  return markdownTable(["row", "what must hold", "shown by"], rows);
}

export function safety(project: Project): Finding[] {
  const named = testsByRequirement(project);
  const lines = project.files.get(place)?.lines ?? [];
  return Object.keys(requirements)
    .filter((id) => !named.has(id))
    .map((id) => ({ file: place, line: 1 + lines.findIndex((line) => line.includes(`| ${id} |`)), problem: `no test names ${id}`, instead: `write one whose title begins with "${id}: "` }));
}

interface Shown {
  file: SourceFile;
  titles: string[];
}

function cell({ file, titles }: Shown): string {
  return `[${posix.basename(file.path, ".ts")}](${posix.relative(posix.dirname(place), file.path)}): ${titles.join("; ")}`;
}

/** In the order of paths; each title without the ids that it begins with. */
function testsByRequirement(project: Project): Map<string, Shown[]> {
  const found = new Map<string, Shown[]>();
  for (const file of typeScriptFiles(project).filter((each) => each.isTest).toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    for (const title of titlesOf(file)) {
      for (const id of idsOf(title)) {
        const shown = found.get(id) ?? [];
        const here = shown.find((each) => each.file === file) ?? { file, titles: [] };
        here.titles.push(title.replace(/^R[\d, R]*:\s*/, ""));
        if (here.titles.length === 1) shown.push(here);
        found.set(id, shown);
      }
    }
  }
  return found;
}

/** `R1: …`, `R1, R2: …` and `… (R31)`. */
function idsOf(title: string): string[] {
  const where = /^(R\d+(?:, R\d+)*):|\((R\d+(?:, R\d+)*)\)/.exec(title);
  return (where?.[1] ?? where?.[2] ?? "").split(", ").filter((id) => Object.hasOwn(requirements, id));
}

function titlesOf(file: SourceFile): string[] {
  const titles: string[] = [];
  for (const node of nodesOf(file.syntax.program)) {
    if (node.type !== "CallExpression" || !["it", "test", "describe"].includes(rootOf(node.callee))) continue;
    const [title] = node.arguments;
    if (title?.type === "Literal" && typeof title.value === "string") titles.push(title.value);
    if (title?.type === "TemplateLiteral") titles.push(title.quasis.map((part) => part.value.cooked ?? "").join("…"));
  }
  return titles;
}

/** `it` of `it(…)`, `it.each(rows)(…)` and `test.for(rows)(…)`. */
function rootOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") return rootOf(node.object);
  return node.type === "CallExpression" ? rootOf(node.callee) : "";
}
