/** Calls that have one home, or none; each with what to write instead. */

import type { Node } from "oxc-parser";
import type { Finding, Project } from "../project.ts";
import { typeScriptFiles } from "../project.ts";
import type { SourceFile } from "../source-file.ts";
import { nodesWithParents } from "../walk.ts";

interface Ban {
  /** Name of the global, or `object.member`. */
  names: readonly string[];
  /** Where it is allowed. */
  home: (file: SourceFile) => boolean;
  instead: string;
}

const isService = (file: SourceFile): boolean => file.path.startsWith("targets/") && file.path.includes("/service/");
const isProgram = (file: SourceFile): boolean => /^harness\/(?:cli|proof)\//.test(file.path) || isService(file);
const nowhere = (): boolean => false;
/** Everything that opens connections on its own asks the guard; tests and programs of proof talk to themselves (R29). */
const isOutsideDrive = (file: SourceFile): boolean => !file.path.startsWith("harness/drive/") || file.isForTests;
const isGuard = (file: SourceFile): boolean => isOutsideDrive(file) || file.path.startsWith("harness/drive/guard/");
const asksGuard = (file: SourceFile): boolean =>
  isGuard(file) || file.syntax.imports.some((each) => !each.typeOnly && (file.resolve(each.specifier)?.startsWith("harness/drive/guard/") === true || each.names.includes("guardedSocket")));

const bannedNames: readonly Ban[] = [
  {
    names: ["Date", "performance", "process.hrtime", "AbortSignal.timeout"],
    home: (file) => file.path === "harness/base/time.ts" || isService(file),
    instead: "take an instant as an argument, or use nowUs, wallClockMs, isoTime, timeoutSignal of harness/base/time.ts",
  },
  {
    names: ["setTimeout", "setInterval"],
    home: (file) => file.path === "harness/base/time.ts" || isService(file),
    instead: "use wait, waitUntil, every or poll of harness/base/time.ts",
  },
  { names: ["Math.random"], home: (file) => file.path === "harness/base/random.ts" || isService(file), instead: "use dice(seed, purpose) of harness/base/random.ts" },
  { names: ["process.exit", "process.abort", "process.reallyExit"], home: isProgram, instead: "throw a RoadworthyError; the command line turns it into an exit code" },
  { names: ["console"], home: isProgram, instead: "return a string, write an event, or take a stream as an argument" },
  { names: ["vi.mock", "vi.doMock", "vi.fn", "vi.spyOn", "vi.stubGlobal", "vi.useFakeTimers"], home: nowhere, instead: "use a real socket or process, or pass the clock in" },
  { names: ["it.only", "test.only", "describe.only", "it.skip", "test.skip", "describe.skip", "it.todo", "test.todo"], home: nowhere, instead: "run it, or delete it" },
];

const bannedImports: readonly { from: RegExp; names: RegExp; home: (file: SourceFile) => boolean; instead: string }[] = [
  { from: /^node:timers/, names: /./, home: isService, instead: "use wait, every or poll of harness/base/time.ts" },
  { from: /^node:perf_hooks$/, names: /^(?:performance|\*)$/, home: isService, instead: "use nowUs of harness/base/time.ts" },
  { from: /^node:child_process$/, names: /^(?:exec|execSync|\*|default)$/, home: nowhere, instead: "no shell: import spawn or execFile by name, with a list of arguments" },
  { from: /^node:(?:net|tls|dgram)$/, names: /^(?:connect|createConnection|createSocket|Socket|TLSSocket|\*|default)$/, home: isGuard, instead: "use connectGuarded or socketFor of harness/drive/guard/connect.ts" },
  { from: /^node:dns/, names: /./, home: isGuard, instead: "use permittedAddress of harness/drive/guard/guard.ts" },
  { from: /^node:https?$/, names: /^(?:request|get|\*|default)$/, home: asksGuard, instead: "ask the guard first: permittedAddress of harness/drive/guard/guard.ts" },
  { from: /^(?:pg|ioredis)$/, names: /./, home: asksGuard, instead: "give it a socket of socketFor, or an address of permittedAddress (harness/drive/guard)" },
];

const bannedComments = /@ts-ignore|@ts-nocheck|(?:oxlint|eslint)-disable/;

export function banned(project: Project): Finding[] {
  return typeScriptFiles(project).flatMap((file) => [...bannedUses(file), ...importsOf(file), ...commentsOf(file), ...defaultExports(file)]);
}

function bannedUses(file: SourceFile): Finding[] {
  const bans = bannedNames.filter((ban) => !ban.home(file));
  const found: Finding[] = [];
  for (const { node, parents } of nodesWithParents(file.syntax.program)) {
    const name = usedName(node, parents);
    const ban = name === null ? undefined : bans.find((each) => each.names.includes(name));
    if (ban !== undefined) found.push({ file: file.path, line: file.lineAt(node.start), problem: `uses ${name}`, instead: ban.instead });
    if (isShellOption(node)) found.push({ file: file.path, line: file.lineAt(node.start), problem: "starts a shell", instead: "spawn the program itself, with a list of arguments" });
  }
  return found;
}

/** `Date` for a use of the global, `Math.random` for a member; null for types, keys of objects and members of something else that happen to be called so. */
function usedName(node: Node, parents: readonly Node[]): string | null {
  const parent = parents.at(-1);
  if (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
    const object = node.object;
    if (object.type === "Identifier") return object.name === "globalThis" ? node.property.name : `${object.name}.${node.property.name}`;
    return null;
  }
  if (node.type !== "Identifier" || parent === undefined || parent.type.startsWith("TS")) return null;
  if (parent.type === "MemberExpression" && parent.property === node && !parent.computed) return null;
  if (parent.type === "Property" && parent.key === node && !parent.shorthand) return null;
  if (["MethodDefinition", "PropertyDefinition", "ImportSpecifier", "LabeledStatement"].includes(parent.type)) return null;
  return node.name;
}

function isShellOption(node: Node): boolean {
  if (node.type !== "Property" || node.key.type !== "Identifier" || node.key.name !== "shell") return false;
  return node.value.type === "Literal" && node.value.value !== false;
}

function importsOf(file: SourceFile): Finding[] {
  return file.syntax.imports.flatMap((each) => {
    if (each.typeOnly) return [];
    const ban = bannedImports.find((one) => one.from.test(each.specifier) && !one.home(file) && each.names.some((name) => one.names.test(name)));
    if (ban === undefined) return [];
    return [{ file: file.path, line: each.line, problem: `imports ${each.names.join(", ")} from ${each.specifier}`, instead: ban.instead }];
  });
}

function commentsOf(file: SourceFile): Finding[] {
  return file.syntax.comments
    .filter((comment) => bannedComments.test(comment.text))
    .map((comment) => ({ file: file.path, line: comment.line, problem: `"${comment.text.trim()}"`, instead: "repair what the compiler or the lint found" }));
}

function defaultExports(file: SourceFile): Finding[] {
  if (/^(?:scenarios|targets)\//.test(file.path) || file.name.endsWith(".config.ts")) return [];
  return [...file.syntax.program.body]
    .filter((node) => node.type === "ExportDefaultDeclaration")
    .map((node) => ({ file: file.path, line: file.lineAt(node.start), problem: "has a default export", instead: "export it by its name; only definitions in scenarios/ and targets/ have none" }));
}
