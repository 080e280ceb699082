import { expect, test } from "vitest";
import { simulate } from "./simulate/simulate.ts";

/** The first of the 10,000 that `npm run test:simulate` goes through. */
const seeds = 300;

test.each(Array.from({ length: seeds }, (_, seed) => seed))("R3, R5, R6: whatever fails, hangs or is told twice, the supervisor ends, undoes and answers everything (seed %i)", (seed) => {
  expect(() => simulate(seed)).not.toThrow();
});
