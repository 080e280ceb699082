/** Says that an objective passes in some repeats and fails in others. */

import type { Repeated } from "../verdict/ruling.ts";

/** "flaky: it fails in repeat 3 and passes in repeats 1, 2, 4 and 5"; null when all repeats agree, as far as they are decided. */
export function flakiness(own: Repeated["own"]): string | null {
  const failing = own.filter(({ ruled }) => ruled?.ruling.outcome === "fail");
  const passing = own.filter(({ ruled }) => ruled?.ruling.outcome === "pass");
  if (failing.length === 0 || passing.length === 0) return null;
  return `flaky: it fails in ${repeatsNamed(failing)} and passes in ${repeatsNamed(passing)}`;
}

/** "repeat 3", "repeats 1, 2 and 4". */
export function repeatsNamed(repeats: readonly { repeat: number }[]): string {
  const numbers = repeats.map(({ repeat }) => String(repeat));
  const last = numbers.at(-1) ?? "none";
  return numbers.length < 2 ? `repeat ${last}` : `repeats ${numbers.slice(0, -1).join(", ")} and ${last}`;
}
