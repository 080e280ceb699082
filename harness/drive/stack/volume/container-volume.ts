/**
 * The volumes of a store in a container, which the run has made for it alone. They go with the container, as no engine empties a volume by itself, and whoever
 * needs a tool in the image for it has none in many; the container that takes its place is made of the same compose model.
 */

import { posix } from "node:path";
import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { runLabel, type Inspected } from "../../supervisor/system/engine-containers.ts";
import { askEngine, engineJson, refusedBy, type EngineCall } from "../../supervisor/system/engine.ts";
import type { Containers } from "../docker/containers.ts";
import type { ComposeModel } from "../docker/model.ts";
import { serviceOf } from "../docker/servers.ts";
import { putArchive } from "./engine-stream.ts";
import { endOfTar, entriesOf, tarFolder, type Tar } from "./tar.ts";
import type { ContainerVolume, Filling } from "./volume.ts";

export interface ContainerVolumeParts {
  readonly node: string;
  readonly containers: Containers;
  /** Makes the service's containers and volumes that are missing, and starts none. */
  readonly create: () => Promise<void>;
  /** Starts those that are there, as only Compose does it: what variables and the compose files themselves hold of secrets and configurations, it copies in first. */
  readonly start: () => Promise<void>;
  /** Resolves when the started store can be used. */
  readonly untilReady: () => Promise<void>;
  readonly signal: AbortSignal;
}

const callWithinMs = 20_000;
const volumesSchema = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullish() });

/** Why data of the service may be somebody else's, so that they are not destroyed; null when they are this run's, and no other service has them (R38). */
export function whyNotOwn(model: ComposeModel, service: string): string | null {
  const { volumes, volumes_from: from } = serviceOf(model, service);
  if ((from ?? []).length > 0) return `it takes the volumes of ${(from ?? []).join(", ")}`;
  for (const { type, source, read_only: isReadOnly, target = "?" } of volumes ?? []) {
    if (type === "tmpfs" || isReadOnly === true || (type === "volume" && source === undefined)) continue;
    if (type !== "volume") return `${target} is a place of this machine`;
    if (model.volumes?.[source ?? ""]?.external === true) return `${target} is an external volume`;
    const other = Object.entries(model.services).find(([name, each]) => name !== service && (each.volumes ?? []).some((mount) => mount.type === "volume" && mount.source === source));
    if (other !== undefined) return `${target} is shared with the service ${other[0]}`;
  }
  return null;
}

export function containerVolume({ node, containers, create, start, untilReady, signal }: ContainerVolumeParts): ContainerVolume {
  const { endpoint, run } = containers.project;
  let destroyed: readonly string[] = [];
  const destroy = async (): Promise<void> => {
    const found = await containers.of(node);
    const own = new Set(await labelledVolumes(endpoint, run));
    // Without a container, what is left is that of the one before.
    if (found.length > 0) destroyed = [...new Set(found.flatMap(volumesOf))];
    // At once: no signal but SIGKILL. Volumes without a name go with their container.
    await Promise.all(found.map(({ Id: id }) => remove(endpoint, `/containers/${encodeURIComponent(id)}?force=1&v=1`)));
    await Promise.all(destroyed.filter((name) => own.has(name)).map((name) => remove(endpoint, `/volumes/${encodeURIComponent(name)}`)));
  };
  return {
    is: "container",
    destroy,
    gone: async () => {
      const left = [...(await containers.of(node)).flatMap(volumesOf), ...(await whichAreThere(endpoint, destroyed))];
      return left.length === 0 ? `its container is gone with ${destroyed.length === 1 ? "its volume" : `its ${destroyed.length} volumes`}` : null;
    },
    renew: async (from) => {
      // Somebody else may have made it anew meanwhile, on nothing.
      await destroy();
      await create();
      const [first] = await containers.of(node);
      if (first === undefined) throw new RoadworthyError("stack-unavailable", `${node} has no container again`, { where: node, hint: "see the engine's own log" });
      if (from !== null) await fill(endpoint, first, { from, signal });
      await start();
      await untilReady();
    },
  };
}

function volumesOf({ Mounts: mounts }: Inspected): string[] {
  return (mounts ?? []).flatMap(({ Type: type, Name: name }) => (type === "volume" && name ? [name] : []));
}

async function labelledVolumes(endpoint: string, run: string): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${runLabel}=${run}`] }));
  const { Volumes: volumes } = await engineJson(endpoint, { method: "GET", path: `/volumes?filters=${filters}`, withinMs: callWithinMs }, { of: volumesSchema });
  return (volumes ?? []).map(({ Name: name }) => name);
}

async function whichAreThere(endpoint: string, names: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(names.map(async (name) => ({ name, status: (await askEngine(endpoint, { method: "GET", path: `/volumes/${encodeURIComponent(name)}`, withinMs: callWithinMs })).status })));
  return answers.filter(({ status }) => status !== 404).map(({ name }) => name);
}

async function remove(endpoint: string, path: string): Promise<void> {
  const call: EngineCall = { method: "DELETE", path, withinMs: callWithinMs };
  const answer = await askEngine(endpoint, call);
  if (answer.status >= 400 && answer.status !== 404) throw refusedBy(call, answer);
}

/** Into the mount that holds the folder, which an empty volume does not have yet. */
async function fill(endpoint: string, { Id: container, Mounts: mounts }: Inspected, { from, signal }: { from: Filling; signal: AbortSignal }): Promise<void> {
  const places = (mounts ?? []).map(({ Destination: place }) => place).filter((place) => `${from.folder}/`.startsWith(`${place}/`));
  const root = places.toSorted((a, b) => b.length - a.length)[0] ?? "/";
  await putArchive(endpoint, { container, path: root, signal }, placedUnder(posix.relative(root, from.folder), from));
}

async function* placedUnder(path: string, { owner, tar }: Filling): Tar {
  const steps = path === "" ? [] : path.split("/");
  for (const index of steps.keys()) yield tarFolder({ name: steps.slice(0, index + 1).join("/"), ...owner });
  yield* entriesOf(tar, (entry) => ({ ...entry, name: posix.join(path, entry.name) }));
  yield endOfTar;
}
