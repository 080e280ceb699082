/** Reads a definition from a file: `.ts`/`.js` is code, `.yaml`/`.yml`/`.json` is data only, with `${NAME}` taken from the environment. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { messageOf, RoadworthyError } from "../base/error.ts";

const maxFileBytes = 1024 * 1024;
const maxDepth = 50;
const codeExtensions = [".ts", ".mts", ".js", ".mjs"];
const dataExtensions = [".yaml", ".yml", ".json"];

export const definitionExtensions: readonly string[] = [...codeExtensions, ...dataExtensions];

/** The data in the file, unchecked. Throws `not-found` or `usage`. */
export async function readDefinition(path: string): Promise<unknown> {
  if (!existsSync(path)) throw new RoadworthyError("not-found", `there is no file ${path}`, { hint: "check the path", where: path });
  const extension = extname(path);
  if (codeExtensions.includes(extension)) return await readCode(path);
  if (dataExtensions.includes(extension)) return readData(path);
  throw new RoadworthyError("usage", `${path} is neither code nor data`, { hint: `definitions end in ${definitionExtensions.join(", ")}`, where: path });
}

async function readCode(path: string): Promise<unknown> {
  let module: object;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof RoadworthyError) throw new RoadworthyError(error.code, error.message, { ...(error.hint === undefined ? {} : { hint: error.hint }), where: path, cause: error });
    throw new RoadworthyError("usage", `cannot load ${path}: ${messageOf(error)}`, { hint: "run the file by itself to see the whole error", where: path, cause: error });
  }
  const exported: unknown = "default" in module ? module.default : Object.values(module).find((value) => typeof value === "object" && value !== null);
  if (exported === undefined) throw new RoadworthyError("usage", `${path} exports no definition`, { hint: "export default defineScenario({ … })", where: path });
  return exported;
}

function readData(path: string): unknown {
  if (statSync(path).size > maxFileBytes) throw new RoadworthyError("usage", `${path} is larger than 1 MiB`, { hint: "a definition is a page, not a data set", where: path });
  let data: unknown;
  try {
    // Aliases are off: a small file could otherwise unfold into gigabytes.
    data = parse(readFileSync(path, "utf8"), { maxAliasCount: 0 });
  } catch (error) {
    throw new RoadworthyError("usage", `cannot read ${path}: ${messageOf(error)}`, { hint: "correct the YAML at the named line", where: path, cause: error });
  }
  return withEnvironment(data, { path, field: [] });
}

interface Position {
  path: string;
  field: readonly string[];
}

function withEnvironment(value: unknown, position: Position): unknown {
  if (position.field.length > maxDepth) throw new RoadworthyError("usage", `${position.path} is nested deeper than ${maxDepth}`, { hint: "flatten it", where: position.path });
  if (typeof value === "string") return value.replace(/\$\{([A-Z_][A-Z0-9_]*)\}/g, (_whole, name: string) => fromEnvironment(name, position));
  if (Array.isArray(value)) return value.map((entry, index) => withEnvironment(entry, { ...position, field: [...position.field, `[${index}]`] }));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withEnvironment(entry, { ...position, field: [...position.field, key] })]));
}

function fromEnvironment(name: string, position: Position): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  throw new RoadworthyError("usage", `${position.field.join(".")}: the environment variable ${name} is not set`, { hint: `set ${name}, or write the value itself`, where: position.path });
}
