/** Brings a container back to the state that it had before a fault, and looks whether it is so: done twice, it is done once. */

import type { Undo } from "../protocol.ts";
import { inspectContainer, type Inspected } from "./engine-containers.ts";
import { askEngine, wordsOf, type EngineCall } from "./engine.ts";

type EngineUndo = Extract<Undo, { do: "engine" }>;

/** null once it is so, or the container is gone; else what is in the way. Rejects when the engine does not answer. */
export async function undoByEngine(undo: EngineUndo, withinMs: number): Promise<string | null> {
  const before = await inspectContainer(undo, undo.container, withinMs);
  if (before === null || isSo(undo, before)) return null;
  const call = callOf(undo, before, withinMs);
  const { status, text } = await askEngine(undo.endpoint, call);
  const after = await inspectContainer(undo, undo.container, withinMs);
  if (after === null || isSo(undo, after)) return null;
  return `${call.path} was answered with ${status}${text === "" ? "" : `: ${wordsOf(text)}`}, and it is not undone`;
}

/** Whether the container is in the state that the undo is to bring it to. */
export function isSo({ to }: Pick<EngineUndo, "to">, { State, HostConfig, NetworkSettings }: Inspected): boolean {
  switch (to.be) {
    case "running":
      return State.Running && !State.Paused && !isEnding(to, State);
    case "going-on":
      // One that ended meanwhile is not paused any more.
      return !State.Paused;
    case "connected":
      return Object.hasOwn(NetworkSettings.Networks ?? {}, to.network);
    case "limited":
      return hasMemory(to, HostConfig) && hasProcessors(to, HostConfig);
  }
}

/** An end that it was asked for politely may come at any time, also after this undo. */
function isEnding({ before }: Extract<EngineUndo["to"], { be: "running" }>, { Running: isRunning, StartedAt: startedAt }: Inspected["State"]): boolean {
  return isRunning && before !== undefined && startedAt === before;
}

/** Once there is a limit for memory, Docker takes none away, with swap or without: this one is beyond all machines. */
const endlessBytes = 2 ** 50;

/** No limit has more than one number. */
export function sameLimit(shown: number, wanted: number): boolean {
  return limitOf(shown) === limitOf(wanted);
}

/** -1: none. */
function limitOf(value: number): number {
  return value > 0 && value < endlessBytes ? value : -1;
}

function callOf({ container, to }: EngineUndo, { State, HostConfig }: Inspected, withinMs: number): EngineCall {
  const path = `/containers/${encodeURIComponent(container)}`;
  switch (to.be) {
    case "running":
      return { method: "POST", path: isEnding(to, State) ? `${path}/restart?t=0` : `${path}/start`, withinMs };
    case "going-on":
      return { method: "POST", path: `${path}/unpause`, withinMs };
    case "connected":
      return { method: "POST", path: `/networks/${encodeURIComponent(to.network)}/connect`, body: { Container: container, EndpointConfig: { Aliases: to.aliases } }, withinMs };
    case "limited":
      return { method: "POST", path: `${path}/update`, body: limitsOf(to, HostConfig), withinMs };
  }
}

type Limits = Extract<EngineUndo["to"], { be: "limited" }>;

function hasMemory({ memoryBytes, memorySwapBytes }: Limits, { Memory, MemorySwap }: Inspected["HostConfig"]): boolean {
  return sameLimit(Memory, memoryBytes) && sameLimit(MemorySwap, memorySwapBytes);
}

/** The quota says nothing without the period that it is of. */
function hasProcessors({ nanoCpus, cpuPeriodUs, cpuQuota }: Limits, { NanoCpus, CpuPeriod, CpuQuota }: Inspected["HostConfig"]): boolean {
  return sameLimit(NanoCpus, nanoCpus) && sameLimit(CpuQuota, cpuQuota) && periodOf(CpuPeriod) === periodOf(cpuPeriodUs);
}

/** Of the kernel. */
const usualPeriodUs = 100_000;

function periodOf(value: number): number {
  return value > 0 ? value : usualPeriodUs;
}

/** The engine takes 0 for "as it is", and -1 for "without a limit", but not for memory. What is as it was is not named. */
function limitsOf(to: Limits, now: Inspected["HostConfig"]): Record<string, number> {
  const memory = { Memory: to.memoryBytes > 0 ? to.memoryBytes : endlessBytes, MemorySwap: limitOf(to.memorySwapBytes) > 0 ? to.memorySwapBytes : 2 * endlessBytes };
  const processors = to.nanoCpus > 0 ? { NanoCpus: to.nanoCpus } : { CpuPeriod: periodOf(to.cpuPeriodUs), CpuQuota: limitOf(to.cpuQuota) };
  return { ...(hasMemory(to, now) ? {} : memory), ...(hasProcessors(to, now) ? {} : processors) };
}
