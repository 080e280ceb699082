/**
 * Files that nothing uses. One rule: a file is alive when something alive names it.
 *
 *   alive from the start: what package.json, .ci and .github name, what tools read by convention, tests, definitions of targets
 *                         and scenarios that lie in a folder of their own with all that they need, the stranger's project targets/shop
 *   naming: an import, or a string literal that is a path to it: from the file itself, its `service` folder, or the root;
 *           with or without extension (`entryPath("harness/drive/proxy/main")`)
 *
 * A test keeps alive what is made for tests (`*.fixture.ts`, `*-under-test.ts`, `scripted/`, harness/proof) and data, but no other code: code that only its own test uses is dead.
 */

import { posix } from "node:path";
import { parseManifest } from "./manifest.ts";
import type { Finding, Project } from "../project.ts";
import type { SourceFile } from "../source-file.ts";

const byConvention = /^(?:[^/]+|\.github\/.+|.*README\.md|compose\/.+|\.ci\/.+|targets\/shop\/(?!.*\.ts$).+|scenarios\/[^/]+\/(?:scenario\.yaml|extensions\.d\.ts|main\.go|go\.(?:mod|sum)))$/;
const pathLike = /[\w.@-]+(?:\/[\w.@-]+)*/g;

export function dead(project: Project): Finding[] {
  const { starts, missing } = entries(project);
  const alive = reachable(project, starts);
  const tests = [...project.files.keys()].filter((path) => path.endsWith(".test.ts"));
  const tested = reachable(project, tests);
  const unused = [...project.files.values()].flatMap((file) => {
    if (alive.has(file.path) || file.isTest) return [];
    if (!tested.has(file.path)) return [{ file: file.path, line: 0, problem: "nothing uses it", instead: "use it (import, table row, entryPath) or delete it" }];
    if (file.isForTests || !file.isTypeScript) return [];
    return [{ file: file.path, line: 0, problem: "only tests use it", instead: "use it, delete it, or call it *.fixture.ts when it is made for tests" }];
  });
  return [...missing, ...unused];
}

/** Files alive from the start, and files named by package.json that do not exist. */
function entries(project: Project): { starts: string[]; missing: Finding[] } {
  const text = project.files.get("package.json")?.text ?? "{}";
  const { bin, exports, scripts } = parseManifest(text);
  const named = [bin, exports, scripts].flatMap((part) => [...JSON.stringify(part).matchAll(/[\w./-]+\.(?:d\.ts|[cm]?[jt]s|json)(?![\w.])/g)].map(([path]) => sourceOf(path)));
  const missing = [...new Set(named)]
    .filter((path) => !project.files.has(path))
    .map((path) => ({ file: "package.json", line: 0, problem: `names ${path}, which does not exist`, instead: "write it, or take it out" }));
  const conventional = [...project.files.keys()].filter((path) => byConvention.test(path));
  return { starts: [...named, ...conventional], missing };
}

/** The source of a file in dist. */
function sourceOf(path: string): string {
  const clean = posix.normalize(path);
  return clean.startsWith("dist/") ? clean.slice("dist/".length).replace(/\.d\.ts$|\.js$/, ".ts") : clean;
}

function reachable(project: Project, starts: readonly string[]): Set<string> {
  const alive = new Set<string>();
  const open = [...starts];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = project.files.get(path);
    if (file === undefined || alive.has(path)) continue;
    alive.add(path);
    open.push(...namedBy(file, project));
  }
  return alive;
}

function namedBy(file: SourceFile, project: Project): string[] {
  if (!file.isTypeScript) return namedInText(file, project);
  const imported = file.syntax.imports.flatMap((each) => file.resolve(each.specifier) ?? []);
  const written = file.syntax.strings.flatMap(({ text }) => (text.length < 200 ? candidates(file, text) : []));
  return [...imported, ...written.filter((path) => project.files.has(path)), ...dataBeside(file, project)];
}

/** Scripts, workflows, YAML definitions and the like name files by their path from the root or from themselves. */
function namedInText(file: SourceFile, project: Project): string[] {
  if (file.path.endsWith(".md")) return [];
  return [...file.text.matchAll(pathLike)].flatMap(([word]) => candidates(file, word)).filter((path) => path !== file.path && project.files.has(path));
}

function candidates(file: SourceFile, text: string): string[] {
  if (text === "" || /[\s*]/.test(text)) return [];
  return ["", file.folder, posix.join(file.folder, "service")].flatMap((folder) => {
    const path = posix.join(folder, text);
    return [path, `${path}.ts`];
  });
}

/** Data in a folder of data alone (a corpus, golden files) is alive when code above that folder names it. */
function dataBeside(file: SourceFile, project: Project): string[] {
  const named = new Set(file.syntax.strings.flatMap(({ text }) => text.split("/")));
  const withCode = new Set([...project.files.values()].filter((other) => other.isTypeScript).map((other) => other.folder));
  return [...project.files.values()]
    .filter((other) => other.path.startsWith(`${file.folder}/`) && !withCode.has(other.folder))
    .filter((other) => other.folder.slice(file.folder.length + 1).split("/").some((part) => named.has(part)))
    .map((other) => other.path);
}
