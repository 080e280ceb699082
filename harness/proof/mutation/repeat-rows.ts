/** Guards of series of repeats: each without which repeating would make a bad system look good. */

import type { Mutation } from "./row.ts";

const seriesTests = ["harness/judge/repeats/series.test.ts"];
const nextTests = ["harness/judge/repeats/next-attempt.test.ts"];

export const repeatRows: readonly Mutation[] = [
  {
    name: "what a repeat that fails by itself does to a pass of all together",
    file: "harness/judge/repeats/merged.ts",
    find: 'ruling.outcome === "pass" && fails ?',
    replace: "false ?",
    tests: seriesTests,
  },
  {
    name: "the name of what is flaky",
    file: "harness/judge/repeats/flakiness.ts",
    find: "failing.length === 0 || passing.length === 0",
    replace: "true",
    tests: seriesTests,
  },
  {
    name: "the worst of the repeats",
    file: "harness/judge/repeats/merged.ts",
    find: "a.outcome !== null && (b.outcome === null || isWorse(a.outcome, b.outcome))",
    replace: "false",
    tests: seriesTests,
  },
  {
    name: "the doubt about one repeat in all together",
    file: "harness/judge/repeats/merged.ts",
    find: 'ofPass: firstOf(each, "ofPass")',
    replace: "ofPass: null",
    tests: seriesTests,
  },
  {
    name: "the price of looking after each repeat",
    file: "harness/judge/repeats/series.ts",
    find: "untilDecided ? usualDoubt / most : usualDoubt",
    replace: "usualDoubt",
    tests: seriesTests,
  },
  {
    name: "that a failure is never made again",
    file: "harness/judge/repeats/void.ts",
    find: 'ruled.some(({ ruling }) => ruling.outcome === "fail")',
    replace: "false",
    tests: seriesTests,
  },
  {
    name: "that only errors of tools are made again",
    file: "harness/judge/repeats/void.ts",
    find: 'why === "error" && toolErrors.has(code)',
    replace: "true",
    tests: seriesTests,
  },
  {
    name: "the mark of a series that could not be had in full",
    file: "harness/judge/repeats/series.ts",
    find: "else if (last.void !== null) reasons.push",
    replace: "else if (false) reasons.push",
    tests: seriesTests,
  },
  {
    name: "the bound on attempts",
    file: "harness/judge/repeats/next-attempt.ts",
    find: "attempt < mostAttempts ?",
    replace: "true ?",
    tests: nextTests,
  },
];
