import { expect, test } from "vitest";
import { checkCuts } from "./cuts/check.ts";

test("R16, R24: a run whose log is cut, damaged or short of a segment never passes (`npm run proof:cuts` cuts at every byte)", () => {
  const { whole, cuts, wrong } = checkCuts(1499, 3);
  expect(wrong).toEqual([]);
  expect(whole).toBe("pass");
  expect(cuts).toBeGreaterThan(200);
});
