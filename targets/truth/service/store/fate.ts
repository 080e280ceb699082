/** What becomes of a write, decided by dice before it comes. */

import type { Dice } from "../dice.ts";

/**
 * kept: answered and stored · lost: answered, and gone by itself · doubled: stored two or three times · refused: said to be refused, and not
 * stored · resurrected: said to be refused, and stored all the same · unheard: stored, and nobody was told · vanished: nobody was told, and
 * it is not stored · late: nobody was told, and it is stored some time later · failed: "500", and stored · corrupted: answered, and stored
 * under another id
 */
export const fates = ["kept", "lost", "doubled", "refused", "resurrected", "unheard", "vanished", "late", "failed", "corrupted"] as const;
export type Fate = (typeof fates)[number];

/** How often each comes, beside the others; what is left out never does. */
export type FateWeights = Partial<Record<Fate, number>>;

export function rollFate(weights: FateWeights, dice: Dice): Fate {
  const total = fates.reduce((sum, fate) => sum + (weights[fate] ?? 0), 0);
  let rest = dice() * total;
  for (const fate of fates) {
    rest -= weights[fate] ?? 0;
    if (rest < 0) return fate;
  }
  return "kept";
}
