/** One file, and for TypeScript its syntax tree, imports and string literals. */

import { posix } from "node:path";
import type { Program } from "oxc-parser";
import { parseSync } from "oxc-parser";
import { nodesOf } from "./walk.ts";

export interface Import {
  /** As written: "./error.ts", "node:fs", "zod". */
  specifier: string;
  line: number;
  /** Whether it is gone after type stripping. */
  typeOnly: boolean;
  /** Imported names without those that are gone after type stripping; empty for side effects, re-exports of everything and dynamic imports. */
  names: readonly string[];
}

interface Syntax {
  program: Program;
  imports: readonly Import[];
  comments: readonly { text: string; line: number; start: number; end: number }[];
  strings: readonly { text: string; line: number }[];
}

/** Parsed once, when first asked for. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  #lineStarts: number[] | undefined;
  #syntax: Syntax | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get isTypeScript(): boolean {
    return this.path.endsWith(".ts") && !this.path.endsWith(".d.ts");
  }

  get isTest(): boolean {
    return this.path.endsWith(".test.ts");
  }

  /** A test, or what is there for tests alone: fixtures, programs under test, scripted logs, and the programs of proof. */
  get isForTests(): boolean {
    return this.isTest || /\.fixture\.ts$|-under-test\.ts$|\/scripted\/|^harness\/proof\//.test(this.path);
  }

  get folder(): string {
    return posix.dirname(this.path);
  }

  get name(): string {
    return posix.basename(this.path);
  }

  get lines(): string[] {
    return this.text.split("\n");
  }

  get syntax(): Syntax {
    this.#syntax ??= this.#parse();
    return this.#syntax;
  }

  /** 1-based line of an offset. */
  lineAt(offset: number): number {
    this.#lineStarts ??= [0, ...this.text.matchAll(/\n/g).map((match) => match.index + 1)];
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Path from the root of a relative specifier, or null for a package. */
  resolve(specifier: string): string | null {
    return specifier.startsWith(".") ? posix.join(this.folder, specifier) : null;
  }

  #parse(): Syntax {
    const result = parseSync(this.path, this.text);
    const [broken] = result.errors;
    if (broken !== undefined) throw new SyntaxError(`${this.path}: ${broken.message}`);
    const comments = result.comments.map(({ value, start, end }) => ({ text: value, line: this.lineAt(start), start, end }));
    return { program: result.program, imports: this.#imports(result.program), comments, strings: this.#strings(result.program) };
  }

  #imports(program: Program): Import[] {
    const found: Import[] = [];
    for (const node of nodesOf(program)) {
      if (node.type === "ImportDeclaration") {
        const kinds = node.specifiers.map((each) => each.type === "ImportSpecifier" && each.importKind === "type");
        const typeOnly = node.importKind === "type" || (kinds.length > 0 && kinds.every(Boolean));
        const names = node.specifiers.filter((_each, index) => kinds[index] !== true).map((each) => (each.type === "ImportSpecifier" ? nameOf(each.imported) : "*"));
        found.push({ specifier: node.source.value, line: this.lineAt(node.start), typeOnly, names });
      } else if ((node.type === "ExportNamedDeclaration" || node.type === "ExportAllDeclaration") && node.source !== null) {
        found.push({ specifier: node.source.value, line: this.lineAt(node.start), typeOnly: node.exportKind === "type", names: [] });
      } else if (node.type === "ImportExpression" && node.source.type === "Literal" && typeof node.source.value === "string") {
        found.push({ specifier: node.source.value, line: this.lineAt(node.start), typeOnly: false, names: [] });
      } else if (node.type === "TSImportType") {
        found.push({ specifier: node.source.value, line: this.lineAt(node.start), typeOnly: true, names: [] });
      }
    }
    return found;
  }

  #strings(program: Program): { text: string; line: number }[] {
    const found: { text: string; line: number }[] = [];
    for (const node of nodesOf(program)) {
      if (node.type === "Literal" && typeof node.value === "string") found.push({ text: node.value, line: this.lineAt(node.start) });
      if (node.type === "TemplateElement") found.push({ text: node.value.raw, line: this.lineAt(node.start) });
    }
    return found;
  }
}

function nameOf(node: { type: string; name?: string; value?: string }): string {
  return node.name ?? node.value ?? "";
}
