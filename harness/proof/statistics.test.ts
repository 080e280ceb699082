import { expect, test } from "vitest";
import { checkStatistics } from "./statistics/check.ts";

/** The short form of `npm run proof:statistics`, which plays 10,000 simulations a row. */
const findings = checkStatistics(150, 1);

test.each(findings.map(({ what, must, seen, held }) => [what, must, seen, held] as const))("R25: %s: %s", (_what, must, seen, held) => {
  expect(held, `must ${must}: ${seen}`).toBe(true);
});
