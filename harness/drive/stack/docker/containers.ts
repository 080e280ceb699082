/** The containers of a stack, by node: what the engine tells of them, and what may be done to them. */

import { RoadworthyError } from "../../../base/error.ts";
import type { Target } from "../../../scenario/target/target.ts";
import type { Project } from "../../supervisor/protocol.ts";
import { inspectContainer, listContainers, type Inspected } from "../../supervisor/system/engine-containers.ts";
import { askEngine, refusedBy, type EngineAnswer, type EngineCall } from "../../supervisor/system/engine.ts";
import { whyLost } from "../tools/container-engine.ts";
import { allPowers, type EnginePowers } from "../tools/engine-powers.ts";
import { serviceLabel } from "./interpose.ts";
import { serviceOfNode } from "./nodes.ts";

export interface Containers {
  readonly project: Project;
  /** What their engine cannot do to them. */
  readonly powers: EnginePowers;
  /** Of a node, replicas in their order, also those that have ended. */
  of(node: string): Promise<readonly Inspected[]>;
  ofService(service: string): Promise<readonly Inspected[]>;
  all(): Promise<readonly Inspected[]>;
  /** Of this run only; another one is refused (R37). Resolves when the engine has done it. */
  act(container: string, act: ContainerAct): Promise<void>;
  /** Null when the engine answers; else the error that says so. */
  whyLost(): Promise<RoadworthyError | null>;
  /** The last lines that it printed. */
  lastLines(container: string, count: number): Promise<string[]>;
}

/** A call on the container, and the answers that mean that it is done. */
export interface ContainerAct {
  /** POST when left out. */
  readonly method?: "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly done: readonly number[];
  readonly withinMs: number;
}

const linesWithinMs = 5_000;
const numberLabel = "com.docker.compose.container-number";

export function containersOf(target: Target, project: Project, powers: EnginePowers = allPowers): Containers {
  const find = async (isWanted: (service: string | undefined) => boolean): Promise<Inspected[]> => {
    const listed = (await listContainers(project)).filter(({ Labels: labels }) => isWanted(labels?.[serviceLabel]));
    const found = await Promise.all(listed.map(({ Id: id }) => inspectContainer(project, id)));
    return found.filter((container) => container !== null).toSorted((a, b) => numberOf(a) - numberOf(b));
  };
  const ofService = (service: string): Promise<Inspected[]> => find((name) => name === service);
  return {
    project,
    powers,
    ofService,
    all: () => find(() => true),
    of: (node) => ofService(serviceOfNode(target, node)),
    act: async (container, { method = "POST", path, body, done, withinMs }) => {
      if ((await inspectContainer(project, container)) === null) throw new RoadworthyError("process-died", `container ${container} is gone`, { hint: "see what removed it" });
      const call: EngineCall = { method, path: path.replace("{id}", encodeURIComponent(container)), body, withinMs };
      const answer = await askEngine(project.endpoint, call);
      if (knowsNot(answer)) throw new RoadworthyError("fault-unavailable", `the container engine does not know ${method} ${path}`, { hint: "use Docker Engine, or a newer Podman" });
      if (!done.includes(answer.status)) throw refusedBy(call, answer);
    },
    whyLost: () => whyLost(project.endpoint),
    lastLines: async (container, count) => {
      const { status, bytes } = await askEngine(project.endpoint, { method: "GET", path: `/containers/${encodeURIComponent(container)}/logs?stdout=1&stderr=1&tail=${count}`, withinMs: linesWithinMs });
      return status === 200 ? linesOf(bytes) : [];
    },
  };
}

/** A container that is gone is told in JSON; a call that the engine does not have, in nothing but the words of HTTP. */
export function knowsNot({ status, text }: Pick<EngineAnswer, "status" | "text">): boolean {
  return status === 404 && !text.trim().startsWith("{");
}

function numberOf({ Config: { Labels: labels } }: Inspected): number {
  return Number(labels?.[numberLabel] ?? 0);
}

const frameHead = 8;

/** Frames of what was printed: 1 byte for the stream, 3 of nothing, 4 for the length. A container with a terminal has none. */
export function linesOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  let at = 0;
  while (at + frameHead <= bytes.length && bytes.readUInt8(at) <= 2 && bytes.readUIntBE(at + 1, 3) === 0) {
    const end = at + frameHead + bytes.readUInt32BE(at + 4);
    texts.push(bytes.toString("utf8", at + frameHead, end));
    at = end;
  }
  const text = at === 0 ? bytes.toString("utf8") : texts.join("");
  return text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
}
