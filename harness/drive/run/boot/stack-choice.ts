/** Which runtime brings the stack up, with what it needs to know from the command line; and the boot by it. */

import type { RoadworthyError } from "../../../base/error.ts";
import type { ComposeAllowance } from "../../../scenario/target/allow.ts";
import { bootDocker } from "../../stack/docker.ts";
import { meetExternal } from "../../stack/external.ts";
import { bootEmbedded, type EmbeddedOptions } from "../../stack/embedded.ts";
import type { ContainerMoment } from "../../stack/evidence/container-evidence.ts";
import type { Stack } from "../../stack/stack.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import type { RunOptions, RunPlan } from "../plan.ts";

export type StackChoice =
  | { readonly runtime: "embedded" }
  | {
      readonly runtime: "docker";
      /** What variables of compose files are taken from: the user's environment, and `--env`. */
      readonly environment: Readonly<Record<string, string>>;
      readonly allowance: ComposeAllowance;
    }
  | { readonly runtime: "external" };

/** Containers are faulted by the real Toxiproxy, which runs in one itself. */
export function proxyOf({ stack, proxy }: Pick<RunOptions, "stack" | "proxy">): RunOptions["proxy"] {
  return stack?.runtime === "docker" ? "toxiproxy" : proxy;
}

interface Watchers extends Pick<EmbeddedOptions, "onNotReady"> {
  readonly supervisor: Supervisor;
  readonly onProgress: (note: string) => void;
  /** Told when what carries the stack is gone, so that what is measured is not its own doing any more. */
  readonly onLost: (error: RoadworthyError) => void;
  /** Told of each start and end of a container. */
  readonly onMoment: (moment: ContainerMoment) => void;
  /** Told what compose files tell their services in confidence, as soon as they have been read. */
  readonly onSecrets: (secrets: readonly string[]) => void;
}

export async function bootStack(plan: RunPlan, options: RunOptions, { onLost, onMoment, onSecrets, ...watchers }: Watchers): Promise<Stack> {
  const shared = { ...watchers, run: options.run, targetFolder: plan.targetFolder, allowed: options.allowed, signal: options.signal };
  const { stack } = options;
  if (stack?.runtime === "docker") return await bootDocker(plan.target, { ...shared, environment: stack.environment, allowance: stack.allowance, onLost, onMoment, onSecrets });
  if (stack?.runtime === "external") return await meetExternal(plan.target, shared);
  return await bootEmbedded(plan.target, { ...shared, proxyKind: options.proxy });
}
