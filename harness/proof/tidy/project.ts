/** What the tidy rules look at: the files of a checkout, or of a small one made up in a test. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { SourceFile } from "./source-file.ts";

/** Something that breaks a rule: where, and what to do instead. */
export interface Finding {
  file: string;
  /** 1-based; 0 when the file as a whole is meant. */
  line: number;
  problem: string;
  instead: string;
}

export interface Project {
  /** Every file that belongs to the project, by its path from the root with forward slashes. */
  files: ReadonlyMap<string, SourceFile>;
}

const notOurs = new Set(["node_modules", ".git", "dist", ".cache", "coverage"]);
const generated = new Set(["reports/runs", "package-lock.json", "go.sum", "LICENSE"]);
const largestFileBytes = 1024 * 1024;

/** A project made up of texts by path. */
export function projectOf(texts: Readonly<Record<string, string>>): Project {
  return { files: new Map(Object.entries(texts).map(([path, text]) => [path, new SourceFile(path, text)])) };
}

/** The project in a folder. Generated and foreign files are left out; so are those too large to have been written by hand. */
export function readProject(root: string): Project {
  const texts: Record<string, string> = {};
  for (const path of pathsUnder(root, root)) {
    const bytes = readFileSync(join(root, path));
    texts[path] = bytes.length > largestFileBytes || bytes.includes(0) ? "" : bytes.toString("utf8");
  }
  return projectOf(texts);
}

/** The TypeScript files, parsed on demand. */
export function typeScriptFiles(project: Project): SourceFile[] {
  return [...project.files.values()].filter((file) => file.isTypeScript);
}

function pathsUnder(root: string, folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = relative(root, join(folder, entry.name)).split(sep).join("/");
    if (notOurs.has(entry.name) || generated.has(path) || entry.name.endsWith(".tgz")) return [];
    return entry.isDirectory() ? pathsUnder(root, join(folder, entry.name)) : [path];
  });
}
