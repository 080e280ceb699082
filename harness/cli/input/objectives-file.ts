/** Objectives of a target in a file of their own: `objectives: objectives.yaml` in a target that is data. So CI can take them from the base branch. */

import { resolve, sep } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { readDefinition } from "../definition-file.ts";

/** The data of a target with its objectives read. Throws `not-found` or `usage` for a file that is not there or lies elsewhere. */
export async function withObjectives(data: unknown, folder: string): Promise<unknown> {
  if (typeof data !== "object" || data === null || !("objectives" in data) || typeof data.objectives !== "string") return data;
  const path = resolve(folder, data.objectives);
  if (!path.startsWith(resolve(folder) + sep)) {
    throw new RoadworthyError("usage", `objectives: ${data.objectives} is not in the folder of the target`, { hint: "put the file beside the target's own", where: path });
  }
  return { ...data, objectives: await readDefinition(path) };
}
