/** `--stack` and what belongs to it on the command line. */

import { RoadworthyError } from "../../base/error.ts";
import type { StackChoice } from "../../drive/run/boot/stack-choice.ts";
import { composeAllowance } from "./allowed-targets.ts";

export interface StackFlags {
  stack: string;
  /** NAME=value, as often as it was given. */
  env?: string[];
}

/** Errors: `usage` for what is no NAME=value, `not-allowed` for an allow file that is not committed, `stack-unavailable` for a runtime that there is not. */
export async function stackChoice({ stack, env = [] }: StackFlags, folder: string): Promise<StackChoice> {
  const given = Object.fromEntries(env.map(variableOf));
  if (stack === "docker") return { runtime: "docker", environment: { ...ownEnvironment(), ...given }, allowance: await composeAllowance(folder) };
  if (env.length > 0) throw new RoadworthyError("usage", "--env sets variables of compose files, and there are none", { hint: "use it with --stack docker" });
  if (stack === "external") return { runtime: "external" };
  refuseOtherStacks({ stack });
  return { runtime: "embedded" };
}

export function refuseOtherStacks({ stack }: Pick<StackFlags, "stack">): void {
  if (stack === "embedded") return;
  throw new RoadworthyError("stack-unavailable", `stack "${stack}" is not available here`, { hint: "use --stack embedded" });
}

function variableOf(text: string): [string, string] {
  const [, name, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new RoadworthyError("usage", `--env "${text}" is not NAME=value`, { hint: "write it as API_IMAGE=shop/api:latest" });
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
}
