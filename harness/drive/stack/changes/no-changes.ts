/** Of a system that is up already nothing is ours to change: commands of the user's own do it. */

import { RoadworthyError } from "../../../base/error.ts";
import { asBooted, type NodeChanges } from "./changes.ts";

const why = "nothing of the system was started here, so a command of your own has to do it (operation of kind `command`)";

export const noChanges: NodeChanges = {
  unavailable: () => why,
  versionOf: () => asBooted,
  scale: refuse,
  roll: refuse,
  promote: refuse,
  undo: () => Promise.resolve(),
};

async function refuse(): Promise<never> {
  return await Promise.reject(new RoadworthyError("fault-unavailable", why));
}
