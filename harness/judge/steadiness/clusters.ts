/**
 * Failures that come in clusters are not independent, and a hundred of them in one second say little more than one. The binomial rule is
 * therefore asked about fewer trials: both counts are divided by how much more the failures vary from block to block than independent ones
 * would (the index of dispersion; Rao and Scott 1992). That makes a pass and a failure both harder, and never easier.
 *
 * That index is itself only an estimate, and from few clusters a poor one, which errs to the side of a pass: a run that shows too few failures shows too little
 * of their clustering as well. So it is taken a standard error higher, and the counts are divided further by the square of how much wider Student's t is
 * than a normal variable (Korn and Graubard 1998, who do so to Clopper's and Pearson's bounds on clustered samples). Standard error and degrees of
 * freedom come from how unequally the blocks share in the index (Satterthwaite 1946): many equal ones have a degree of freedom each, two that hold all have hardly two.
 *
 * A cluster that did not come is not seen: nothing in a run can show that it will not. Where as few as three may come, one run in twenty at the limit sees none, and passes.
 */

import type { TimeBlock } from "../../sli/time-blocks.ts";
import { chiSquareAtLeast } from "./chi-square.ts";
import { widening } from "./student-t.ts";

/** Fewer blocks say nothing about how failures are spread. */
const leastBlocks = 10;
/** In a phase without a fault failures count as independent until chance explains their spread in less than one run of a hundred. */
const doubtOfIndependence = 0.01;

export interface Clustering {
  /** Failures are taken for clustered, as under a fault. */
  byDefault: boolean;
  /** Of the bound that the counts are for. */
  doubt: number;
}

/** By how much both counts are divided; 1 when the failures look independent. */
export function clustering(blocks: readonly TimeBlock[], { byDefault, doubt }: Clustering): number {
  const total = blocks.reduce((sum, block) => sum + block.total, 0);
  const share = blocks.reduce((sum, block) => sum + block.bad, 0) / total;
  if (blocks.length < leastBlocks || share <= 0 || share >= 1) return 1;
  const parts = blocks.map((block) => (block.bad - block.total * share) ** 2 / (block.total * share * (1 - share)));
  const spread = parts.reduce((sum, part) => sum + part, 0);
  const most = blocks.length - 1;
  if (spread <= 0 || (!byDefault && chiSquareAtLeast(spread, most) >= doubtOfIndependence)) return 1;
  const variance = relativeVariance(parts, spread);
  const freedom = Math.min(most, 2 / variance);
  return Math.max(1, (spread / most) * (1 + Math.sqrt(variance)) * widening(freedom, doubt) ** 2);
}

/** Variance of the sum of equally distributed parts, over its square. */
function relativeVariance(parts: readonly number[], sum: number): number {
  const squares = parts.reduce((total, part) => total + part ** 2, 0);
  // Of equal parts it is 0, and rounds to less.
  return Math.max(0, ((squares / sum ** 2 - 1 / parts.length) * parts.length) / (parts.length - 1));
}
