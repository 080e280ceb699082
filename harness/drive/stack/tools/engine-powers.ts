/**
 * What an engine cannot do, by its own word. It freezes and limits containers through control groups, of which one without root has those that are delegated
 * to its user, or none: such an engine takes a limit, drops it, and answers that all is well. And its networks are not the machine's own.
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
  /** What listens on its machine, from containers, by the address of the network's own gateway. */
  readonly meetMachine: string | null;
}

export const allPowers: EnginePowers = { pause: null, limitProcessors: null, limitMemory: null, tellProcesses: null, meetMachine: null };

const askWithinMs = 5_000;
const infoSchema = z.object({ SecurityOptions: z.array(z.string()).nullish(), CgroupDriver: z.string().nullish(), CpuCfsQuota: z.boolean().nullish(), MemoryLimit: z.boolean().nullish() });

const withoutGroups = "the engine has no control groups; without root it has them only on a machine that is in cgroup v2 mode, with systemd";
const apart = "the networks of a Docker engine without root are not the machine's own: whatever listens on the machine is not met there as host.docker.internal";
const without = (what: string): string => `the engine cannot limit ${what}, by its own word (\`docker info\`): that control group is not there, or without root not delegated to its user`;

export async function enginePowers(endpoint: string): Promise<EnginePowers> {
  const { SecurityOptions: security, CgroupDriver: driver, CpuCfsQuota: processors, MemoryLimit: memory } = await engineJson(endpoint, { method: "GET", path: "/info", withinMs: askWithinMs }, { of: infoSchema });
  const meetMachine = security?.some((option) => option.startsWith("name=rootless")) === true ? apart : null;
  if (driver === "none") return { meetMachine, pause: withoutGroups, limitProcessors: withoutGroups, limitMemory: withoutGroups, tellProcesses: withoutGroups };
  return {
    ...allPowers,
    meetMachine,
    limitProcessors: processors === false ? without("processors") : null,
    limitMemory: memory === false ? without("memory") : null,
  };
}
