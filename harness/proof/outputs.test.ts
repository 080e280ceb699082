import { expect, test } from "vitest";
import { checkOutputs } from "./outputs/check.ts";

/** The first of the 1,000 that `npm run proof:outputs` goes through. */
const seeds = 25;

test("R26: JSON, JUnit, Markdown, HTML, terminal and exit code of generated logs say the same of every row", () => {
  const { wrong, exits, rows } = checkOutputs(seeds, 0);
  expect(wrong).toEqual([]);
  // Agreement about one kind of run would say little.
  expect([...exits.keys()]).toEqual(expect.arrayContaining([0, 1, 2]));
  expect([...rows.keys()].toSorted()).toEqual(["fail", "inconclusive", "information", "not covered", "pass"]);
});
