/** Data as a TypeScript module, with the same remarks as in YAML. */

import type { Remarks } from "./as-yaml.ts";

export interface Wrapping {
  /** Of the library: "defineTarget". */
  readonly by: string;
  /** What is exported: a name, or the default. */
  readonly as: string | null;
  /** Fields whose value is code, with what it needs to be imported. */
  readonly code?: Readonly<Record<string, { readonly value: string; readonly from: string }>>;
}

const widestLine = 140;

export function asTypeScript(data: unknown, { head, at = {} }: Remarks, { by, as, code = {} }: Wrapping): string {
  const imports = Object.values(code).map(({ value, from }) => `import { ${value} } from "${from}";`);
  const fields = Object.entries(code).map(([name, { value }]) => (name === value ? `  ${name},` : `  ${name}: ${value},`));
  const body = printed(data, { indent: "", path: "", at });
  const whole = fields.length === 0 ? body : `${body.slice(0, body.lastIndexOf("\n"))}\n${fields.join("\n")}\n}`;
  const exported = as === null ? `export default ${by}(${whole});` : `export const ${as} = ${by}(${whole});`;
  return [`/** ${linesOf(head.replaceAll("*/", "* /")).join("\n * ").trimEnd()} */`, "", `import { ${by} } from "roadworthy";`, ...imports, "", exported, ""].join("\n");
}

interface Place {
  readonly indent: string;
  readonly path: string;
  readonly at: Readonly<Record<string, string>>;
}

function printed(value: unknown, place: Place): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isOutermost = place.path === "" && !Array.isArray(value);
  const line = onOneLine(value);
  if (!isOutermost && line.length + place.indent.length < widestLine && !Object.keys(place.at).some((path) => path.startsWith(`${place.path}.`))) return line;
  const inner = `${place.indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((entry) => `${inner}${printed(entry, { ...place, indent: inner })},\n`).join("")}${place.indent}]`;
  const fields = Object.entries(value).map(([name, entry]) => {
    const path = place.path === "" ? name : `${place.path}.${name}`;
    const remark = linesOf(place.at[path] ?? "").filter((text) => text !== "").map((text) => `${inner}// ${text}\n`).join("");
    return `${remark}${inner}${keyOf(name)}: ${printed(entry, { ...place, indent: inner, path })},\n`;
  });
  return `{\n${fields.join("")}${place.indent}}`;
}

/** Whatever ends a line, and with it a comment: what follows would be code. */
function linesOf(text: string): string[] {
  return text.split(/[\n\r\u2028\u2029]/);
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, entry]) => `${keyOf(name)}: ${onOneLine(entry)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function keyOf(name: string): string {
  return /^[a-zA-Z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
