/** Which core the generator and the server stay on: one each, where there are two and `taskset` can see to it. */

import { cpus } from "node:os";
import { onPath } from "../on-path.ts";

export interface Cores {
  readonly generator: number | undefined;
  readonly server: number | undefined;
  /** For the conditions of a table. */
  readonly says: string;
}

export function chooseCores(): Cores {
  if (cpus().length < 2 || onPath("taskset") === null) return { generator: undefined, server: undefined, says: "not pinned to cores (that takes two cores and taskset)" };
  return { generator: 1, server: 0, says: "generator on core 1, server on core 0" };
}
