/**
 * Acts on nodes that are containers. Their processes are processes of this machine as well, when the engine runs here: then a kill is the
 * crash that it is meant to be, after which the engine's restart policy applies. A kill through the engine's interface counts as somebody's wish
 * that the container end, and no policy brings it back: that is what is left where the engine is elsewhere, or its processes are another user's or
 * cannot be told apart. Then it is started as its policy would have had it, or the system would be blamed for a repair that was kept from it.
 */

import { RoadworthyError } from "../../base/error.ts";
import type { ProcessIdentity, SessionProcess, Undo } from "../supervisor/protocol.ts";
import type { Inspected } from "../supervisor/system/engine-containers.ts";
import { describe, isAlive, processesOfContainer, signalProcess } from "../supervisor/system/processes.ts";
import type { Ending, NodeActs } from "./acts.ts";
import type { Containers } from "./docker/containers.ts";
import { areGone } from "./process-acts.ts";

/** The engine sends SIGKILL after so long, as `docker stop` does; earlier where the node is to be down for less than twice as long. */
const orderlyWithinS = 10;
const callWithinMs = 20_000;

/** `sample`: any container of the stack that runs, by which is seen whether its processes are in reach. */
export function containerActs(containers: Containers, sample: Inspected | undefined): NodeActs {
  const { endpoint, run } = containers.project;
  const undo = ({ Id: container }: Inspected): Undo => ({ do: "engine", endpoint, run, container, to: { be: "running" } });
  const undoOfEnding = ({ Id: container, State: { StartedAt: before } }: Inspected): Undo => ({ do: "engine", endpoint, run, container, to: { be: "running", before } });
  const processes = async (node: string): Promise<SessionProcess[][]> => (await containers.of(node)).map((container) => processesOf(container).map(describe));
  return {
    noProcesses: sample === undefined ? "no container runs" : (containers.powers.tellProcesses ?? whyNoProcesses(sample)),
    bringBack: async (node, ending = []) => (await containers.of(node)).map((container) => (endsWith(container, ending) ? undoOfEnding(container) : undo(container))),
    processes,
    signal: async (process, signal) => await signalOne(containers, process, signal),
    ending: async (node, how, holdMs) => {
      const running = (await containers.of(node)).filter(({ State: { Running: isRunning } }) => isRunning);
      if (running.length === 0) throw new RoadworthyError("fault-unavailable", `${node} has no container that runs`, { hint: "see why it does not run" });
      return { undos: running.map(undoOfEnding), act: () => endAll(containers, running, { how, holdMs }), felt: () => haveEnded(containers, node, running) };
    },
  };
}

interface EndingWish {
  readonly how: Ending;
  readonly holdMs: number;
}

async function endAll(containers: Containers, running: readonly Inspected[], { how, holdMs }: EndingWish): Promise<void> {
  const withinS = Math.max(0, Math.min(orderlyWithinS, Math.floor(holdMs / 2000)));
  await Promise.all(running.map((container) => (how === "killed" ? crash(containers, container) : end(containers, container, { how, withinS }))));
}

async function end(containers: Containers, { Id: id }: Inspected, { how, withinS }: { how: Exclude<Ending, "killed">; withinS: number }): Promise<void> {
  const path = how === "orderly" ? `/containers/{id}/stop?t=${withinS}` : "/containers/{id}/kill?signal=SIGQUIT";
  // 304: it had ended by itself.
  await containers.act(id, { path, done: [204, 304, 409], withinMs: callWithinMs });
}

async function crash(containers: Containers, container: Inspected): Promise<void> {
  const [first] = processesOf(container);
  if (first !== undefined && maySignal(first) && signalProcess(first, "SIGKILL")) return;
  // Answered once it has ended.
  await containers.act(container.Id, { path: "/containers/{id}/kill?signal=SIGKILL", done: [204, 409], withinMs: callWithinMs });
  if (startsAgain.has(container.HostConfig.RestartPolicy?.Name ?? "")) await containers.act(container.Id, { path: "/containers/{id}/start", done: [204, 304], withinMs: callWithinMs });
}

/** Policies by which an engine starts what a signal has ended. */
const startsAgain: ReadonlySet<string> = new Set(["always", "unless-stopped", "on-failure"]);

/** Known by their starts: one that its policy has started again by now has ended all the same. */
async function haveEnded(containers: Containers, node: string, before: readonly Inspected[]): Promise<string | null> {
  const now = new Map((await containers.of(node)).map((container) => [container.Id, container.State]));
  const ended = before.filter(({ Id: id, State: { StartedAt: startedAt } }) => now.get(id)?.Running !== true || now.get(id)?.StartedAt !== startedAt);
  if (ended.length < before.length) return null;
  return `ended: ${ended.map(({ Name: name, Id: id }) => `${name.replace(/^\//, "")}${now.get(id)?.Running === true ? " (started again)" : ` (exit code ${now.get(id)?.ExitCode ?? "?"})`}`).join(", ")}`;
}

/** The container's own first process first, then by age. */
function processesOf({ Id: id, State: { Pid: first } }: Inspected): ProcessIdentity[] {
  return processesOfContainer(id).toSorted((a, b) => Number(b.pid === first) - Number(a.pid === first) || a.startTicks - b.startTicks || a.pid - b.pid);
}

function endsWith(container: Inspected, ending: readonly ProcessIdentity[]): boolean {
  const [first] = ending.length === 0 ? [] : processesOf(container);
  return first !== undefined && ending.some(({ pid, startTicks }) => pid === first.pid && startTicks === first.startTicks);
}

async function signalOne(containers: Containers, { pid, startTicks }: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  const own = await containers.all();
  const isOwn = own.some(({ Id: id }) => processesOfContainer(id).some((process) => process.pid === pid && process.startTicks === startTicks));
  if (!isOwn && isAlive({ pid, startTicks })) throw new RoadworthyError("not-allowed", `process ${pid} does not belong to a container of this run`, { hint: "name a process of one of the run's containers" });
  if (!signalProcess({ pid, startTicks }, signal)) throw new RoadworthyError("process-died", `process ${pid} is gone`, { hint: areGone([{ pid, startTicks }]) ?? "list the processes again" });
}

function whyNoProcesses(sample: Inspected): string | null {
  const [first] = processesOf(sample);
  if (first === undefined) return "the engine does not run on this machine, or not where its processes can be seen";
  return maySignal(first) ? null : "the processes of containers belong to another user of this machine";
}

function maySignal({ pid }: ProcessIdentity): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
