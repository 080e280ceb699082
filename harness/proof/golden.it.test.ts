/** The short form of the known truths: two stores that lose nothing, and one that loses all. All of them: `npm run test:golden`. */

import { expect, test } from "vitest";
import { timeoutSignal } from "../base/time.ts";
import { missesOf } from "./golden/golden-row.ts";
import { killServer } from "./golden/kill-server.ts";
import { knownTruths } from "./golden/known-truths.ts";

const short = { beforeMs: 400, spreadMs: 200, afterMs: 200 };

test.each([
  ["T1", 2],
  ["T9", 1],
  ["T12", 1],
] as const)("%s, %i kills: what is measured is true", async (id, kills) => {
  const truth = knownTruths.find((each) => each.id === id);
  if (truth === undefined) throw new Error(`there is no ${id}`);
  const outcomes = await killServer({ ...truth, ...short }, { kills, seed: 1, signal: timeoutSignal(100_000) });
  expect(outcomes).toHaveLength(kills);
  expect(outcomes.every(({ acknowledgedBefore }) => acknowledgedBefore > 0)).toBe(true);
  expect(missesOf(truth, outcomes, () => [])).toEqual([]);
});
