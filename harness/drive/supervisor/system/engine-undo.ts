/** Brings a container back to the state that it had before a fault, and looks whether it is so: done twice, it is done once. */

import type { Undo } from "../protocol.ts";
import { inspectContainer, type Inspected } from "./engine-containers.ts";
import { askEngine, wordsOf, type EngineCall } from "./engine.ts";

type EngineUndo = Extract<Undo, { do: "engine" }>;

/** null once it is so, or the container is gone; else what is in the way. Rejects when the engine does not answer. */
export async function undoByEngine(undo: EngineUndo, withinMs: number): Promise<string | null> {
  const before = await inspectContainer(undo, undo.container, withinMs);
  if (before === null || isSo(undo, before)) return null;
  const call = callOf(undo, withinMs);
  const { status, text } = await askEngine(undo.endpoint, call);
  const after = await inspectContainer(undo, undo.container, withinMs);
  if (after === null || isSo(undo, after)) return null;
  return `${call.path} was answered with ${status}${text === "" ? "" : `: ${wordsOf(text)}`}, and it is not undone`;
}

/** Whether the container is in the state that the undo is to bring it to. */
export function isSo({ to }: Pick<EngineUndo, "to">, { State, HostConfig, NetworkSettings }: Inspected): boolean {
  switch (to.be) {
    case "running":
      return State.Running && !State.Paused;
    case "going-on":
      // One that ended meanwhile is not paused any more.
      return !State.Paused;
    case "connected":
      return Object.hasOwn(NetworkSettings.Networks ?? {}, to.network);
    case "limited":
      return same(HostConfig.Memory, to.memoryBytes) && same(HostConfig.MemorySwap, to.memorySwapBytes) && same(HostConfig.NanoCpus, to.nanoCpus) && same(HostConfig.CpuQuota, to.cpuQuota);
  }
}

/** No limit has more than one number. */
function same(shown: number, wanted: number): boolean {
  return Math.max(0, shown) === Math.max(0, wanted);
}

function callOf({ container, to }: EngineUndo, withinMs: number): EngineCall {
  const path = `/containers/${encodeURIComponent(container)}`;
  switch (to.be) {
    case "running":
      return { method: "POST", path: `${path}/start`, withinMs };
    case "going-on":
      return { method: "POST", path: `${path}/unpause`, withinMs };
    case "connected":
      return { method: "POST", path: `/networks/${encodeURIComponent(to.network)}/connect`, body: { Container: container, EndpointConfig: { Aliases: to.aliases } }, withinMs };
    case "limited":
      return { method: "POST", path: `${path}/update`, body: limitsOf(to), withinMs };
  }
}

/** The engine takes 0 for "as it is", and -1 for "without a limit". */
function limitsOf(to: Extract<EngineUndo["to"], { be: "limited" }>): Record<string, number> {
  const processors = to.nanoCpus > 0 ? { NanoCpus: to.nanoCpus } : { CpuQuota: limitOf(to.cpuQuota) };
  return { Memory: limitOf(to.memoryBytes), MemorySwap: limitOf(to.memorySwapBytes), ...processors };
}

function limitOf(value: number): number {
  return value > 0 ? value : -1;
}
