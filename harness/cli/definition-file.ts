/** Reads a definition from a file: `.ts`/`.js` is code, `.yaml`/`.yml`/`.json` is data only, with `${NAME}` taken from the environment. */

import { existsSync } from "node:fs";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, RoadworthyError } from "../base/error.ts";
import { readDataFile, readText } from "./input/data-file.ts";

const codeExtensions = [".ts", ".mts", ".js", ".mjs"];
const dataExtensions = [".yaml", ".yml", ".json"];

export const definitionExtensions: readonly string[] = [...codeExtensions, ...dataExtensions];

/** The data in the file, unchecked. Throws `not-found` or `usage`. */
export async function readDefinition(path: string): Promise<unknown> {
  if (!existsSync(path)) throw new RoadworthyError("not-found", `there is no file ${path}`, { hint: "check the path", where: path });
  const extension = extname(path);
  if (codeExtensions.includes(extension)) return await readCode(path);
  if (dataExtensions.includes(extension)) return withEnvironment(await readDataFile(path), { path, field: [] });
  throw new RoadworthyError("usage", `${path} is neither code nor data`, { hint: `definitions end in ${definitionExtensions.join(", ")}`, where: path });
}

async function readCode(path: string): Promise<unknown> {
  readText(path);
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

interface Position {
  path: string;
  field: readonly string[];
}

function withEnvironment(value: unknown, position: Position): unknown {
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
