/** The data that a restore replaces. */

import { RoadworthyError } from "../../base/error.ts";
import type { Volume } from "../stack/volume/volume.ts";
import type { Site } from "./backup.ts";

export function volumeOf({ stack, node }: Pick<Site, "stack" | "node">): Volume {
  const volume = stack.nodes.get(node)?.volume ?? null;
  if (volume === null) throw notRestorable(node, "its data are not this run's");
  return volume;
}

export function notRestorable(node: string, why: string): RoadworthyError {
  return new RoadworthyError("stack-unavailable", `${node} cannot be restored: ${why}`, { where: node, hint: "see how its back-up was made" });
}
