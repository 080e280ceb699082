/** The table of all cases, and the README's table of those that differ. */

import type { Case } from "./case.fixture.ts";
import { proxyCases } from "./proxy-cases.fixture.ts";
import { refusalCases } from "./refusal-cases.fixture.ts";
import { toxicCases } from "./toxic-cases.fixture.ts";
import { trafficCases } from "./traffic-cases.fixture.ts";

export const cases: readonly Case[] = [...proxyCases, ...refusalCases, ...toxicCases, ...trafficCases];

/** Here, there and why, of every case that differs. */
export function differenceRows(): (readonly [here: string, there: string, why: string])[] {
  return cases.flatMap(({ differs }) => (differs === undefined ? [] : [[differs.here, differs.there, differs.why] as const]));
}
