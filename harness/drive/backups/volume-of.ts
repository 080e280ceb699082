/** The data that a restore replaces. */

import { RoadworthyError } from "../../base/error.ts";
import type { ContainerVolume, FolderVolume, Volume } from "../stack/volume/volume.ts";
import type { Site } from "./backup.ts";

export function volumeOf({ stack, node }: Pick<Site, "stack" | "node">): Volume {
  const { volume = null, whyNoVolume = "its data are not this run's" } = stack.nodes.get(node) ?? {};
  if (volume === null) throw notRestorable(node, whyNoVolume);
  return volume;
}

export function folderVolumeOf(site: Pick<Site, "stack" | "node">): FolderVolume {
  const volume = volumeOf(site);
  if (volume.is !== "folder") throw notRestorable(site.node, "it is in a container");
  return volume;
}

export function containerVolumeOf(site: Pick<Site, "stack" | "node">): ContainerVolume {
  const volume = volumeOf(site);
  if (volume.is !== "container") throw notRestorable(site.node, "it is in no container");
  return volume;
}

export function notRestorable(node: string, why: string): RoadworthyError {
  return new RoadworthyError("stack-unavailable", `${node} cannot be restored: ${why}`, { where: node, hint: "see how its back-up was made" });
}
