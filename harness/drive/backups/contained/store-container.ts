/** A store in a container: where it is, what is told to it, and its files, kept on this machine as the archives that the engine gives. */

import { createReadStream, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, timeoutSignal } from "../../../base/time.ts";
import type { Containers } from "../../stack/docker/containers.ts";
import type { UserIds } from "../../stack/tools/run-as.ts";
import { getArchive } from "../../stack/volume/engine-stream.ts";
import { fileIn, type Tar } from "../../stack/volume/tar.ts";
import type { Inspected } from "../../supervisor/system/engine-containers.ts";
import type { Site } from "../backup.ts";
import { notRestorable } from "../volume-of.ts";

type AnySite = Pick<Site, "stack" | "node" | "deadlineUs" | "signal">;

export interface StoreContainer {
  readonly endpoint: string;
  readonly inspected: Inspected;
}

/** The first of its containers; one that has ended is refused. */
export async function storeContainer({ stack, node }: Pick<Site, "stack" | "node">): Promise<StoreContainer> {
  const containers = containersIn(stack);
  const inspected = (await containers.of(node)).find(({ State: { Running: isRunning } }) => isRunning);
  if (inspected === undefined) throw new RoadworthyError("stack-unavailable", `${node} has no container that runs`, { where: node, hint: "see why it does not run" });
  return { endpoint: containers.project.endpoint, inspected };
}

export function containersIn({ containers }: Site["stack"]): Containers {
  if (containers === null) throw new RoadworthyError("internal", "the stack is not in containers");
  return containers;
}

/** Of its environment, as the image and the compose file set it. */
export function variable(name: string, { inspected }: StoreContainer): string | undefined {
  const line = (inspected.Config.Env ?? []).find((entry) => entry.startsWith(`${name}=`));
  return line?.slice(name.length + 1);
}

/** Given when the operation's time is over, or the run is stopped. */
export function enough({ deadlineUs, signal }: AnySite): AbortSignal {
  return AbortSignal.any([signal, timeoutSignal(Math.max(1, Math.ceil((deadlineUs - nowUs()) / 1000)))]);
}

/** What the store has at this path. Errors: `stack-unavailable` when there is nothing. */
export async function archiveOf(path: string, site: AnySite): Promise<Tar> {
  const { endpoint, inspected } = await storeContainer(site);
  const tar = await getArchive(endpoint, { container: inspected.Id, path, signal: enough(site) });
  if (tar === null) throw new RoadworthyError("stack-unavailable", `${site.node} has nothing at ${path}`, { where: site.node, hint: "see its settings" });
  return tar;
}

/** A file of back-ups: the one before stays until this is whole. Answers its bytes. */
export async function keep(path: string, write: (sink: (chunk: Buffer) => Promise<void>) => Promise<void>): Promise<number> {
  const making = `${path}.making`;
  let bytes = 0;
  await using file = await open(making, "w", 0o600);
  await write(async (chunk) => {
    // It may write less than it is given.
    for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
    bytes += chunk.length;
  });
  await file.sync();
  renameSync(making, path);
  return bytes;
}

export async function keepTar(path: string, tar: Tar): Promise<number> {
  return await keep(path, async (sink) => {
    for await (const chunk of tar) await sink(chunk);
  });
}

export function kept(site: Pick<Site, "folder" | "node">, name: string): string {
  const path = join(site.folder, name);
  if (!existsSync(path)) throw notRestorable(site.node, `there is no ${name}`);
  return path;
}

const placeFile = "place";

/** Where the store keeps its data, as it sees it: told when it is backed up, because a store that is gone cannot be asked. */
export function rememberPlace(site: Pick<Site, "folder">, folder: string): void {
  writeFileSync(join(site.folder, placeFile), folder, { mode: 0o600 });
}

export function rememberedPlace(site: Pick<Site, "folder" | "node">): string {
  return readFileSync(kept(site, placeFile), "utf8");
}

/** As it was kept; read anew each time. */
export function tarAt(path: string): Tar {
  return createReadStream(path);
}

/** Who the files in it belonged to. */
export async function ownerIn(path: string, node: string): Promise<UserIds> {
  const first = await fileIn(tarAt(path), () => true);
  if (first === null) throw notRestorable(node, "nothing is in its back-up");
  return { uid: first.uid, gid: first.gid };
}
