/** Of a system that is up already no node is ours to end: commands of the user's own do what may be done to it. */

import { RoadworthyError } from "../../../base/error.ts";
import type { NodeActs } from "../acts.ts";

const why = "it was not started here";

export const noActs: NodeActs = {
  noProcesses: why,
  ending: refuse,
  bringBack: refuse,
  processes: refuse,
  signal: refuse,
};

async function refuse(): Promise<never> {
  throw new RoadworthyError("fault-unavailable", `nothing is done to a node: ${why}`, { hint: "use a fault of the kind `command`" });
}
