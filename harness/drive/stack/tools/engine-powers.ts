/**
 * What an engine cannot do to containers that run, by its own word: it does that through control groups, of which one without root has those that are
 * delegated to its user, or none. Such an engine takes a limit, drops it, and answers that all is well.
 */

import { z } from "zod";
import { engineJson } from "../../supervisor/system/engine.ts";

/** Why not; null for what it can. */
export interface EnginePowers {
  readonly pause: string | null;
  readonly limitProcessors: string | null;
  readonly limitMemory: string | null;
  /** By their control groups processes are known to be of a container. */
  readonly tellProcesses: string | null;
}

export const allPowers: EnginePowers = { pause: null, limitProcessors: null, limitMemory: null, tellProcesses: null };

const askWithinMs = 5_000;
const infoSchema = z.object({ CgroupDriver: z.string().nullish(), CpuCfsQuota: z.boolean().nullish(), MemoryLimit: z.boolean().nullish() });

const withoutGroups = "the engine has no control groups; without root it has them only on a machine that is in cgroup v2 mode, with systemd";
const without = (what: string): string => `the engine cannot limit ${what}, by its own word (\`docker info\`): that control group is not there, or without root not delegated to its user`;

export async function enginePowers(endpoint: string): Promise<EnginePowers> {
  const { CgroupDriver: driver, CpuCfsQuota: processors, MemoryLimit: memory } = await engineJson(endpoint, { method: "GET", path: "/info", withinMs: askWithinMs }, { of: infoSchema });
  if (driver === "none") return { pause: withoutGroups, limitProcessors: withoutGroups, limitMemory: withoutGroups, tellProcesses: withoutGroups };
  return {
    ...allPowers,
    limitProcessors: processors === false ? without("processors") : null,
    limitMemory: memory === false ? without("memory") : null,
  };
}
