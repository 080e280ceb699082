/** Sizes that keep a file readable in one sitting. Ratchets, not amnesties: they hold from the first day. */

import { posix } from "node:path";
import type { Finding, Project } from "../project.ts";
import { typeScriptFiles } from "../project.ts";
import type { SourceFile } from "../source-file.ts";
import { nodesOf } from "../walk.ts";

const linesPerFile = 300;
const linesPerFunction = 60;
const filesPerFolder = 12;
const foldersDeep = 4;
const vague = /^(?:utils?|helpers?|common|misc|shared|stuff)$/;

/** Folders of plug-ins, one row of a literal table a file: as many as there are things to plug in. */
const plugInFolders = new Set([
  "scenarios",
  "scenarios/suites",
  "harness/cli/verbs",
  "harness/sli",
  "harness/drive/faults",
  "harness/drive/proxy/toxics",
  "harness/judge/verdict/corpus",
  "harness/judge/verdict/rules",
  "harness/proof",
  "targets/broken",
]);

/** Whole runs, kept as they are: their folders are those of a run. */
const savedRuns = "harness/judge/corpus/runs/";

export function sizes(project: Project): Finding[] {
  return [...typeScriptFiles(project).flatMap((file) => [...longFile(file), ...longFunctions(file)]), ...folders(project), ...names(project)];
}

function longFile(file: SourceFile): Finding[] {
  const count = file.lines.length;
  if (count <= linesPerFile + 1) return [];
  return [{ file: file.path, line: linesPerFile, problem: `${count} lines, ${linesPerFile} are allowed`, instead: "give each concept in it a file of its own" }];
}

/** Blank lines and comments are not counted, so that nobody saves a line by explaining less. The callbacks of `describe` are no functions in that sense. */
function longFunctions(file: SourceFile): Finding[] {
  if (file.isTest) return [];
  return [...nodesOf(file.syntax.program)].flatMap((node) => {
    if (node.type !== "FunctionDeclaration" && node.type !== "FunctionExpression" && node.type !== "ArrowFunctionExpression") return [];
    const count = codeLines(file, node.start, node.end);
    if (count <= linesPerFunction) return [];
    const instead = "split it where a comment would say what comes next";
    return [{ file: file.path, line: file.lineAt(node.start), problem: `a function of ${count} lines, ${linesPerFunction} are allowed`, instead }];
  });
}

function codeLines(file: SourceFile, start: number, end: number): number {
  const inside = file.syntax.comments.filter((comment) => comment.start >= start && comment.end <= end);
  let text = file.text;
  for (const { start: from, end: to } of inside) text = text.slice(0, from) + text.slice(from, to).replaceAll(/[^\n]/g, " ") + text.slice(to);
  return text.slice(start, end).split("\n").filter((line) => line.trim() !== "").length;
}

function folders(project: Project): Finding[] {
  const counts = new Map<string, number>();
  for (const file of project.files.values()) {
    const proves = file.path.startsWith("harness/proof/") && !file.isTest;
    if ((proves || !file.isForTests) && !/^(?:README\.md|index\.ts)$/.test(file.name)) counts.set(file.folder, (counts.get(file.folder) ?? 0) + 1);
  }
  return [...counts].flatMap(([folder, count]) => {
    const deep = folder.split("/").length;
    const found: Finding[] = [];
    if (count > filesPerFolder && folder !== "." && !plugInFolders.has(folder)) {
      found.push({ file: folder, line: 0, problem: `${count} files, ${filesPerFolder} are allowed`, instead: "part it by concept; a folder of plug-ins goes on the list in sizes.ts" });
    }
    if (deep > foldersDeep && !folder.startsWith(savedRuns)) found.push({ file: folder, line: 0, problem: `${deep} folders deep, ${foldersDeep} are allowed`, instead: "move it up" });
    return found;
  });
}

function names(project: Project): Finding[] {
  return [...project.files.values()].flatMap((file) => {
    const parts = [...file.folder.split("/"), posix.parse(file.name).name.split(".")[0] ?? ""];
    const found = parts.find((part) => vague.test(part));
    return found === undefined ? [] : [{ file: file.path, line: 0, problem: `"${found}" names no concept`, instead: "name it after the one thing it holds" }];
  });
}
