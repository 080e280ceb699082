/**
 * Tables in Markdown that are generated from the code: between `<!-- table:name -->` and `<!-- /table -->`.
 * `UPDATE=1 npm run tidy` writes them. A new table is a row of `generators` and a pair of marks in the file.
 */

import { posix } from "node:path";
import type { Finding, Project } from "../project.ts";
import { typeScriptFiles } from "../project.ts";
import type { SourceFile } from "../source-file.ts";

/** Makes the table for one Markdown file. */
export type Generator = (project: Project, markdown: SourceFile) => string;

const marks = /<!-- table:([\w-]+) -->\n([\s\S]*?)<!-- \/table -->/g;

/** Findings, one for each table that does not say what its generator says. */
export function tables(project: Project, generators: Readonly<Record<string, Generator>>): Finding[] {
  return markdownFiles(project).flatMap((file) => {
    const opened = file.text.match(/<!-- table:/g)?.length ?? 0;
    const found = [...file.text.matchAll(marks)];
    const broken = opened === found.length ? [] : [{ file: file.path, line: 0, problem: "has a table mark without its end", instead: "close it with <!-- /table -->" }];
    return [...broken, ...found.flatMap((match) => complaintAbout(project, file, match, generators))];
  });
}

/** The new text of every Markdown file whose tables are out of date, by path. */
export function updatedTables(project: Project, generators: Readonly<Record<string, Generator>>): Map<string, string> {
  const updated = new Map<string, string>();
  for (const file of markdownFiles(project)) {
    const text = file.text.replaceAll(marks, (whole, name: string) => {
      const generate = generators[name];
      return generate === undefined ? whole : `<!-- table:${name} -->\n${generate(project, file)}<!-- /table -->`;
    });
    if (text !== file.text) updated.set(file.path, text);
  }
  return updated;
}

/** For a README: the files of its folder, each with the first sentence of its head comment. */
export const filesTable: Generator = (project, markdown) => {
  const rows = typeScriptFiles(project)
    .filter((file) => file.folder === markdown.folder && !file.isTest && file.name !== "index.ts")
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => [`\`${posix.basename(file.path, ".ts")}\``, firstSentence(file)]);
  return markdownTable(["file", "what it holds"], rows);
};

/** Header and rows as Markdown, ending in a line break. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map(tableLine).join("");
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}

function complaintAbout(project: Project, file: SourceFile, match: RegExpExecArray, generators: Readonly<Record<string, Generator>>): Finding[] {
  const [, name = "", content = ""] = match;
  const at = { file: file.path, line: file.lineAt(match.index) };
  const generate = generators[name];
  if (generate === undefined) return [{ ...at, problem: `has a table "${name}" that nothing generates`, instead: "add its row to the generators in rules/index.ts" }];
  if (generate(project, file) === content) return [];
  return [{ ...at, problem: `table "${name}" is out of date`, instead: "UPDATE=1 npm run tidy" }];
}

function markdownFiles(project: Project): SourceFile[] {
  return [...project.files.values()].filter((file) => file.path.endsWith(".md"));
}

function firstSentence(file: SourceFile): string {
  const comment = file.syntax.comments[0]?.text.replace(/^\*/, "").replaceAll(/\s*\n\s*\*?\s*/g, " ").trim() ?? "";
  return /^.*?[.:](?=\s|$)/.exec(comment)?.[0].replace(/:$/, ".") ?? comment;
}
