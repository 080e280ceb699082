/** `--stack` and what belongs to it on the command line. */

import { RoadworthyError } from "../../base/error.ts";
import type { StackChoice } from "../../drive/run/boot/stack-choice.ts";
import type { Target } from "../../scenario/target/target.ts";
import { composeAllowance } from "./allowed-targets.ts";

export interface StackFlags {
  /** What the target is made for, when left out. */
  stack?: string;
  /** NAME=value, as often as it was given. */
  env?: string[];
}

/** `folder`: where the allow file lies. Errors: `usage` for what is no NAME=value, `not-allowed` for an allow file that is not committed, `stack-unavailable` for a runtime that there is not. */
export async function stackChoice({ stack, env = [] }: StackFlags, { target, folder }: { target: Target; folder: string }): Promise<StackChoice> {
  const given = Object.fromEntries(env.map(variableOf));
  const runtime = stack ?? usualStack(target);
  if (runtime === "docker") return { runtime, environment: { ...ownEnvironment(), ...given }, allowance: await composeAllowance(folder) };
  if (env.length > 0) throw new RoadworthyError("usage", "--env sets variables of compose files, and there are none", { hint: "use it with --stack docker" });
  if (runtime === "external") return { runtime };
  if (runtime !== "embedded") throw new RoadworthyError("stack-unavailable", `stack "${runtime}" is not available here`, { hint: "stacks are embedded, docker and external" });
  return { runtime };
}

/** A target that is nothing but services of compose files is theirs: processes of our own in their place would be another system. */
export function usualStack({ compose, nodes }: Pick<Target, "compose" | "nodes">): "docker" | "embedded" {
  const kinds = Object.values(nodes).map(({ kind }) => kind);
  return compose !== undefined && (kinds.includes("container") || !kinds.includes("process")) ? "docker" : "embedded";
}

function variableOf(text: string): [string, string] {
  const [, name, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new RoadworthyError("usage", `--env "${text}" is not NAME=value`, { hint: "write it as API_IMAGE=shop/api:latest" });
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
}
