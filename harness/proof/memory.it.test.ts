/** The short form of what `memory.ts` shows in full. */

import { expect, test } from "vitest";
import { checkMemory } from "./memory/check.ts";

test("R14: half a million requests grow the memory of what records, judges and sends them by less than 50 MiB", async () => {
  const findings = await Array.fromAsync(checkMemory({ samples: 500_000, hours: 1.2, sent: { ratePerSecond: 4000, seconds: 4 }, slopeMiB: null }));
  expect(findings.map(({ requests }) => requests)).toEqual([500_000, 500_000, 16_000]);
  expect(findings.filter(({ held }) => !held)).toEqual([]);
});
