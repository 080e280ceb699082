/** Removes everything that an engine holds of a run: containers, then networks and volumes, all known by the run's label. */

import { z } from "zod";
import { messageOf } from "../../../base/error.ts";
import { nowUs, wait, type InstantUs } from "../../../base/time.ts";
import type { Leftover, Project } from "../protocol.ts";
import { listContainers, reaperLabel, runLabel } from "./engine-containers.ts";
import { askEngine, engineJson } from "./engine.ts";

/** Of the whole removal; a stage of closing has 30 s. */
const removeWithinMs = 25_000;
const callWithinMs = 10_000;
const leaveWithinMs = 5_000;
const lookAgainMs = 200;
const emptyLooks = 2;
/**
 * A call that compose had made when it was killed is carried out all the same, and what it makes is shown when it is done. Nothing tells when that
 * is, so nothing may be seen for so long; longer where the engine is slow, by the longest that one of our own calls took.
 */
const usualQuietMs = 2_000;
const quietPerCall = 3;
const longestQuietMs = 6_000;

const networksSchema = z.array(z.object({ Id: z.string(), Name: z.string(), Internal: z.boolean().default(false) }));
const volumesSchema = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullish() });

interface Thing {
  readonly kind: "container" | "network" | "volume";
  readonly id: string;
  /** Of a container: it has ports that are published. */
  readonly publishes?: boolean;
  /** Of a network: nothing leads out of it. */
  readonly isInternal?: boolean;
}

/** Says what could not be removed, and how that is done by hand. An engine that does not answer leaves the project as a whole. */
export async function removeProject(project: Project, withinMs = removeWithinMs, quietMs = usualQuietMs): Promise<Leftover[]> {
  const deadlineUs = nowUs() + withinMs * 1000;
  const quiet = new Quiet(project.inMaking === true ? quietMs : 0);
  let problem = "there was no time for it";
  let found: Thing[] = [];
  while (nowUs() < deadlineUs) {
    const beganUs = nowUs();
    try {
      found = await findThings(project);
      if (quiet.lasts(found.length, beganUs)) return [];
      problem = (await removeAll(project, found)) ?? problem;
    } catch (error) {
      problem = messageOf(error);
      quiet.end();
    }
    await wait(lookAgainMs);
  }
  if (found.length === 0) return [{ kind: "containers", id: `of run ${project.run}: ${problem}`, command: "roadworthy heal" }];
  return found.map(({ kind, id }) => ({ kind, id: `${id}: ${problem}`, command: commandOf(project.endpoint, { kind, id }) }));
}

/** For how long nothing has been seen. */
class Quiet {
  readonly #quietMs: number;
  #looks = 0;
  #sinceUs = 0;
  #slowestUs = 0;

  /** 0: two looks are enough. */
  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /** Told what a look that began then has seen; answers whether it has been long enough. */
  lasts(things: number, beganUs: InstantUs): boolean {
    this.#slowestUs = Math.max(this.#slowestUs, nowUs() - beganUs);
    if (things > 0) this.end();
    else {
      if (this.#looks === 0) this.#sinceUs = beganUs;
      this.#looks += 1;
    }
    const neededUs = this.#quietMs === 0 ? 0 : Math.min(longestQuietMs * 1000, this.#quietMs * 1000 + quietPerCall * this.#slowestUs);
    return this.#looks >= emptyLooks && nowUs() - this.#sinceUs >= neededUs;
  }

  end(): void {
    this.#looks = 0;
  }
}

async function findThings(project: Project): Promise<Thing[]> {
  const things = await thingsWith(runLabel, project);
  // Its reaper stays to the last: should whoever removes all this die over it, there is one who does the rest.
  return things.length > 0 ? things : await thingsWith(reaperLabel, project);
}

async function thingsWith(label: string, project: Project): Promise<Thing[]> {
  const { endpoint, run } = project;
  const filters = encodeURIComponent(JSON.stringify({ label: [`${label}=${run}`] }));
  const [containers, networks, volumes] = await Promise.all([
    listContainers(project, callWithinMs, label),
    engineJson(endpoint, { method: "GET", path: `/networks?filters=${filters}`, withinMs: callWithinMs }, { of: networksSchema }),
    engineJson(endpoint, { method: "GET", path: `/volumes?filters=${filters}`, withinMs: callWithinMs }, { of: volumesSchema }),
  ]);
  return [
    ...containers.map(({ Id: id, Ports: ports }): Thing => ({ kind: "container", id, publishes: (ports ?? []).some(({ PublicPort: port }) => (port ?? 0) > 0) })),
    ...networks.map(({ Id: id, Internal: isInternal }): Thing => ({ kind: "network", id, isInternal })),
    ...(volumes.Volumes ?? []).map(({ Name: id }): Thing => ({ kind: "volume", id })),
  ];
}

/** Containers first: networks and volumes are in use as long as these are there. Answers the last problem. */
async function removeAll({ endpoint }: Project, things: readonly Thing[]): Promise<string | null> {
  await leaveInternal(endpoint, things);
  const problems: string[] = [];
  const remove = async ({ kind, id }: Thing): Promise<void> => {
    const { status, text } = await askEngine(endpoint, { method: "DELETE", path: pathOf({ kind, id }), withinMs: callWithinMs });
    // 404: gone; 409: its removal is under way, or something uses it still. Both are looked at again.
    if (status >= 400 && status !== 404 && status !== 409) problems.push(`${kind} ${id}: ${text.trim()}`);
  };
  for (const kind of ["container", "network", "volume"] as const) await Promise.all(things.filter((thing) => thing.kind === kind).map(remove));
  return problems.at(-1) ?? null;
}

/**
 * A container that goes leaves one network after the other, and Docker before 28 publishes its ports anew in each that is left: of the proxy all of them a dozen times, which
 * takes an engine without root up to a minute. So it leaves those first that nothing leads out of. Where that fails, all is removed nevertheless.
 */
async function leaveInternal(endpoint: string, things: readonly Thing[]): Promise<void> {
  const publishing = things.filter(({ publishes }) => publishes === true);
  const internal = things.filter(({ isInternal }) => isInternal === true);
  const leave = async (container: string, network: string): Promise<void> => {
    await askEngine(endpoint, { method: "POST", path: `/networks/${encodeURIComponent(network)}/disconnect`, body: { Container: container, Force: true }, withinMs: leaveWithinMs });
  };
  await Promise.allSettled(publishing.flatMap(({ id: container }) => internal.map(({ id: network }) => leave(container, network))));
}

/** Volumes without a name go with their container. */
function pathOf({ kind, id }: Thing): string {
  if (kind === "container") return `/containers/${encodeURIComponent(id)}?force=1&v=1`;
  return `/${kind}s/${encodeURIComponent(id)}`;
}

function commandOf(endpoint: string, { kind, id }: Thing): string {
  if (kind === "container") return `docker -H ${endpoint} rm -fv ${id}`;
  return `docker -H ${endpoint} ${kind} rm ${id}`;
}
