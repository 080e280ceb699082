/** The short form of what `memory.ts` shows in full. */

import { expect, test } from "vitest";
import { checkAboveCapacity } from "./memory/above-capacity.ts";
import { checkMemory } from "./memory/check.ts";

test("R14: half a million requests grow the memory of what records, judges and sends them by less than 50 MiB", async () => {
  const findings = await Array.fromAsync(checkMemory({ samples: 500_000, hours: 1.2, sent: { ratePerSecond: 4000, seconds: 4 }, slopeMiB: null }));
  expect(findings.map(({ requests }) => requests)).toEqual([500_000, 500_000, 16_000]);
  expect(findings.filter(({ held }) => !held)).toEqual([]);
});

test("a rate above all capacity grows the load process by what its queue may hold, and every request that was due is started or dropped", async () => {
  const found = await checkAboveCapacity({ what: "never answers", script: { kind: "stall", afterMs: 0, forMs: 60_000 }, ratePerSecond: 30_000, seconds: 2, connections: 16, timeoutMs: 500 });
  expect(found.grownMiB).toBeLessThanOrEqual(found.allowedMiB);
  const { offered, started, dropped } = found.counts;
  expect([offered, found.due, found.records, started + dropped]).toEqual([60_000, 60_000, 60_000, 60_000]);
  expect(found.droppedRecords).toBe(dropped);
  // Sixteen at a time, each given up after half a second: in the two seconds of the schedule, and the half in which what waits is given up too.
  expect(started).toBeGreaterThanOrEqual(16);
  expect(started).toBeLessThanOrEqual(16 * 6);
});
