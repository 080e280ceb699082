/** Keeps one core busy. It hears nothing meanwhile: it is killed, or ends by itself when its time is over. */

import { nowUs } from "../../../base/time.ts";
import type { Hold, Holding } from "./order.ts";

/** Small enough to look at the clock often, big enough that looking is not the work. */
const stepsBetweenLooks = 1_000_000;

export function holdProcessor({ forMs }: Hold<"processor">, { say }: Holding): void {
  const endUs = nowUs() + forMs * 1000;
  say("one core");
  let sum = 0;
  while (nowUs() < endUs) for (let step = 0; step < stepsBetweenLooks; step += 1) sum = (sum + step) | 0;
}
