/** The containers of a node get less processor time or memory than before, as on a machine that is too small. Only for nodes in containers. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { allPowers, type EnginePowers } from "../stack/tools/engine-powers.ts";
import type { Inspected } from "../supervisor/system/engine-containers.ts";
import { carryOut } from "./active-fault.ts";
import { callWithinMs, containersToChange, unavailableContainers } from "./container.ts";
import type { Fault } from "./fault.ts";
import { readyAgain } from "./node.ts";

type Spec = Extract<FaultSpec, { kind: "node-limit" }>;

const periodUs = 100_000;
const mebibyte = 1024 * 1024;

export const nodeLimit: Fault<Spec> = {
  about: {
    does: "limits each container of the node to `cpus` processors, `memoryMiB` of memory without swap, or both",
    undo: "gives them the limits that they had",
    felt: "the engine shows the new limits",
    settled: "the node is ready by its own check",
  },
  unavailable: (spec, stack) => unavailableContainers(spec.node, stack) ?? whyNoLimit(spec, stack.containers?.powers ?? allPowers),
  inject: async (spec, stack, context) => {
    const { containers, found, undoTo } = await containersToChange(spec.node, stack);
    return await carryOut(stack, context, {
      undos: found.map((container) => {
        const { Memory: memoryBytes, MemorySwap: memorySwapBytes, NanoCpus: nanoCpus, CpuPeriod: cpuPeriodUs, CpuQuota: cpuQuota } = container.HostConfig;
        return undoTo(container, { be: "limited", memoryBytes, memorySwapBytes, nanoCpus, cpuPeriodUs, cpuQuota });
      }),
      act: async () => {
        await Promise.all(found.map((container) => containers.act(container.Id, { path: "/containers/{id}/update", body: limitsFor(spec, container), done: [200], withinMs: callWithinMs })));
      },
      felt: async () => {
        const now = await containers.of(spec.node);
        const shown = now.map(({ Name: name, HostConfig: { Memory: memory, NanoCpus: nanoCpus, CpuQuota: quota } }) => `${name.replace(/^\//, "")}: ${nanoCpus > 0 ? nanoCpus / 1e9 : quota / periodUs} processors, ${memory / mebibyte} MiB (0: no limit)`);
        return now.every((container) => has(spec, container)) ? shown.join("; ") : null;
      },
      settled: () => readyAgain(spec.node, stack),
    });
  },
};

export function whyNoLimit({ cpus, memoryMiB }: Spec, { limitProcessors, limitMemory }: EnginePowers): string | null {
  if (cpus === undefined && memoryMiB === undefined) return "it names no limit: give it `cpus` or `memoryMiB`";
  return (cpus === undefined ? null : limitProcessors) ?? (memoryMiB === undefined ? null : limitMemory);
}

/** The engine knows two ways to limit processors, and a container has one of them. */
function limitsFor({ cpus, memoryMiB }: Spec, { HostConfig: { NanoCpus: nanoCpus } }: Inspected): Record<string, number> {
  const processors = nanoCpus > 0 ? { NanoCpus: Math.round((cpus ?? 0) * 1e9) } : { CpuPeriod: periodUs, CpuQuota: Math.round((cpus ?? 0) * periodUs) };
  const bytes = (memoryMiB ?? 0) * mebibyte;
  return { ...(cpus === undefined ? {} : processors), ...(memoryMiB === undefined ? {} : { Memory: bytes, MemorySwap: bytes }) };
}

function has(spec: Spec, container: Inspected): boolean {
  const { RestartPolicy: _policy, ...limits } = container.HostConfig;
  const shown: Record<string, number> = limits;
  return Object.entries(limitsFor(spec, container)).every(([name, value]) => name === "CpuPeriod" || shown[name] === value);
}
