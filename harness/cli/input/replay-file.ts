/**
 * Makes the path of a replay's file whole: it counts from the folder of the definition and stays within it, without a symbolic link on
 * the way, so that a definition from elsewhere cannot have other files of this machine read (R34).
 */

import { lstatSync, realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { messageOf, RoadworthyError } from "../../base/error.ts";
import type { ScenarioDefinition } from "../../scenario/scenario.ts";
import { isOwn } from "../../scenario/workload/workload.ts";

/** Throws `not-allowed` for a file outside of the folder or behind a link, `not-found` for one that is not there. */
export function withReplayFiles(scenario: ScenarioDefinition, folder: string): ScenarioDefinition {
  const workloads = scenario.workloads.map((workload) => {
    if (!isOwn(workload)) return workload;
    const { profile, name } = workload;
    return profile.shape === "replay" ? { ...workload, profile: { ...profile, file: wholePath(profile.file, folder, `workload "${name}" of scenario "${scenario.name}"`) } } : workload;
  });
  return { ...scenario, workloads };
}

function wholePath(file: string, folder: string, where: string): string {
  const base = realpathSync(folder);
  const path = resolve(base, file);
  const within = relative(base, path);
  if (within === "" || isAbsolute(within) || within.split(sep)[0] === "..") {
    throw new RoadworthyError("not-allowed", `${where}: ${JSON.stringify(file)} is not within the folder of the definition`, { hint: "put the file beside the definition and name it by a relative path", where });
  }
  const parts = within.split(sep);
  for (const [index] of parts.entries()) refuseLink(resolve(base, ...parts.slice(0, index + 1)), where);
  return path;
}

function refuseLink(path: string, where: string): void {
  let isLink: boolean;
  try {
    isLink = lstatSync(path).isSymbolicLink();
  } catch (error) {
    throw new RoadworthyError("not-found", `${where}: ${messageOf(error)}`, { hint: "the path counts from the folder of the definition", where, cause: error });
  }
  if (isLink) throw new RoadworthyError("not-allowed", `${where}: ${path} is a symbolic link`, { hint: "put the file itself beside the definition", where });
}
