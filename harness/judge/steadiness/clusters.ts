/**
 * Failures that come in clusters are not independent, and a hundred of them in one second say little more than one. The binomial rule is
 * therefore asked about fewer trials: both counts are divided by how much more the failures vary from block to block than independent ones
 * would (the index of dispersion; Rao and Scott 1992). That makes a pass and a failure both harder, and never easier. A cluster that did not come is not
 * seen: nothing in a run can show that it will not.
 */

import type { TimeBlock } from "../../sli/time-blocks.ts";
import { chiSquareAtLeast } from "./chi-square.ts";

/** Fewer blocks say nothing about how failures are spread. */
const leastBlocks = 10;
/** In a phase without a fault failures count as independent until chance explains their spread in less than one run of a hundred. */
const doubt = 0.01;

/** By how much both counts are divided; 1 when the failures look independent. `byDefault`: they are taken for clustered, as under a fault. */
export function clustering(blocks: readonly TimeBlock[], byDefault: boolean): number {
  const total = blocks.reduce((sum, block) => sum + block.total, 0);
  const share = blocks.reduce((sum, block) => sum + block.bad, 0) / total;
  if (blocks.length < leastBlocks || share <= 0 || share >= 1) return 1;
  const spread = blocks.reduce((sum, block) => sum + (block.bad - block.total * share) ** 2 / (block.total * share * (1 - share)), 0);
  const freedom = blocks.length - 1;
  if (!byDefault && chiSquareAtLeast(spread, freedom) >= doubt) return 1;
  // Taken a standard error higher: a run that shows too few failures shows too little of their clustering as well.
  return Math.max(1, (spread / freedom) * (1 + Math.sqrt(2 / freedom)));
}
