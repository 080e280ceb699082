/** Known-bad variants of a target: rows of the table here, and the definitions in a folder `broken` beside the target's own file. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseTarget } from "../../scenario/parse.ts";
import { builtInTargets } from "../../../targets/index.ts";
import { definitionExtensions, readDefinition } from "../definition-file.ts";
import type { FoundTarget } from "../definitions.ts";

const folderName = "broken";

/** In the order of the table, and of the files' names. Relative paths in a variant count from its own file. Throws what reading a definition throws. */
export async function variantsOf({ target, folder }: FoundTarget): Promise<FoundTarget[]> {
  const builtIn = builtInTargets.filter((entry) => entry.target.variantOf === target.name);
  const beside = join(folder, folderName);
  const files = existsSync(beside) ? readdirSync(beside).filter((name) => definitionExtensions.some((extension) => name.endsWith(extension))) : [];
  const own = await Promise.all(files.toSorted().map(async (name) => ({ target: parseTarget(await readDefinition(join(beside, name)), join(beside, name)), folder: beside })));
  return [...builtIn, ...own.filter((entry) => entry.target.variantOf === target.name)];
}
