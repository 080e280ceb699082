/** Of containers: the engine tells what they print, how they end, and how often they were started again. */

import { messageOf } from "../../../base/error.ts";
import { nowUs, timeoutSignal, wallClockOffsetUs } from "../../../base/time.ts";
import type { NodeOutput, NodeState } from "../../../log/node-evidence.ts";
import type { Target } from "../../../scenario/target/target.ts";
import { listContainers, type Inspected } from "../../supervisor/system/engine-containers.ts";
import type { Containers } from "../docker/containers.ts";
import { proxyService, serviceLabel } from "../docker/interpose.ts";
import { serviceOfNode } from "../docker/nodes.ts";
import { endOf, followContainers, type ContainerEvent } from "./container-events.ts";
import { printedSince } from "./container-log.ts";
import { linesIn } from "./line-window.ts";
import type { NodeEvidence } from "./node-evidence.ts";

const numberLabel = "com.docker.compose.container-number";

/** A start or an end of a container, when it happens. */
export interface ContainerMoment {
  readonly process: string;
  readonly what: "started" | "exited";
  readonly ended: string | null;
}

type Labels = Readonly<Record<string, string>>;

export function containerEvidence(target: Target, containers: Containers, onMoment: (moment: ContainerMoment) => void): NodeEvidence {
  const { project } = containers;
  const known = new Map<string, Known>();
  const of = (container: string): Known => known.get(container) ?? fresh(known, container);
  const following = followContainers(project, (event) => {
    if (event.labels[serviceLabel] === proxyService) return;
    note(of(event.container), event);
    if (event.what !== "out-of-memory") onMoment({ process: processOf(event.labels), what: event.what, ended: event.ended === null ? null : `${event.ended}${of(event.container).outOfMemory ? ", out of memory" : ""}` });
  });
  const nodes = new Map(Object.keys(target.nodes).map((node) => [serviceOfNode(target, node), node]));
  const nodeOf = (labels: Labels): string => nodes.get(labels[serviceLabel] ?? "") ?? labels[serviceLabel] ?? "";
  return {
    states: async (withinMs) => {
      const all = await inTime(containers.all(), withinMs);
      const own = all.map((container) => ({ container, labels: container.Config.Labels ?? {} })).filter(({ labels }) => labels[serviceLabel] !== proxyService);
      return own.map(({ container, labels }) => ({ node: nodeOf(labels), process: processOf(labels), ...stateOf(container, of(container.Id)) }));
    },
    output: async (window, withinMs) => {
      const deadlineUs = nowUs() + withinMs * 1000;
      const offsetUs = wallClockOffsetUs();
      const outputs: NodeOutput[] = [];
      try {
        const all = (await listContainers(project, withinMs)).map(({ Id: id, Labels: labels }) => ({ id, labels: labels ?? {} }));
        // One after the other: the engine has a system to run beside answering this.
        for (const { id, labels } of all.filter((each) => each.labels[serviceLabel] !== proxyService)) {
          const place = { node: nodeOf(labels), process: processOf(labels) };
          outputs.push({ ...place, ...(await outputOf({ endpoint: project.endpoint, container: id, fromUs: window.fromUs, offsetUs }, window, (deadlineUs - nowUs()) / 1000)) });
        }
      } catch (error) {
        outputs.push({ node: "", process: "", lines: [], leftOut: null, why: messageOf(error) });
      }
      return outputs.filter(({ lines, why }) => lines.length > 0 || why !== null);
    },
    [Symbol.dispose]: () => following[Symbol.dispose](),
  };
}

async function outputOf(asked: Parameters<typeof printedSince>[0], window: Parameters<typeof linesIn>[1], leftMs: number): Promise<Pick<NodeOutput, "lines" | "leftOut" | "why">> {
  if (leftMs <= 0) return { lines: [], leftOut: null, why: "there was no time for it" };
  try {
    const { lines, isWhole } = await printedSince(asked, leftMs);
    return { ...linesIn(lines, window, isWhole), why: null };
  } catch (error) {
    return { lines: [], leftOut: null, why: messageOf(error) };
  }
}

/** What was told of a container since it was first looked at. */
interface Known {
  starts: number;
  ended: string | null;
  /** It was told that memory ran out, and not yet what came of it. */
  isShort: boolean;
  /** Whether its last end was for want of memory. */
  outOfMemory: boolean;
  /** The engine's own count when it was first looked at. */
  before: number | null;
}

function fresh(known: Map<string, Known>, container: string): Known {
  const made: Known = { starts: 0, ended: null, isShort: false, outOfMemory: false, before: null };
  known.set(container, made);
  return made;
}

function note(known: Known, { what, ended }: ContainerEvent): void {
  switch (what) {
    case "started":
      known.starts += 1;
      return;
    case "out-of-memory":
      known.isShort = true;
      return;
    case "exited":
      known.ended = ended;
      // Memory that ran out in a process beside the first one ends no container.
      known.outOfMemory = known.isShort && ended?.startsWith("137") === true;
      known.isShort = false;
  }
}

/** The engine counts what its restart policy does, and forgets it when somebody starts the container: its events tell of both. */
function stateOf({ State, RestartCount: restarts }: Inspected, known: Known): Pick<NodeState, "state" | "ended" | "outOfMemory" | "restarts"> {
  known.before ??= restarts;
  const state = State.Paused ? "paused" : State.Restarting ? "restarting" : State.Running ? "running" : "ended";
  return { state, ended: known.ended ?? (state === "ended" ? endOf(State.ExitCode) : null), outOfMemory: State.OOMKilled === true || known.outOfMemory, restarts: Math.max(known.starts, restarts - known.before) };
}

/** "api", and "worker-2" of those that are several. */
function processOf(labels: Labels): string {
  const number = labels[numberLabel] ?? "1";
  return `${labels[serviceLabel] ?? ""}${number === "1" ? "" : `-${number}`}`;
}

/** What comes later is nobody's any more. */
async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const signal = timeoutSignal(withinMs);
  signal.addEventListener("abort", () => reject(new Error(`the engine did not answer within ${withinMs} ms`)), { once: true });
  return await Promise.race([work, promise]);
}
