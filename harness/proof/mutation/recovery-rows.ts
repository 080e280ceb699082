/** Guards of recovery times: what is an outage of a fault, and when it is over. */

import type { Mutation } from "./row.ts";

const tests = ["harness/sli/concepts/recovery.test.ts"];

export const recoveryRows: readonly Mutation[] = [
  {
    name: "the window that must be good before a fault counts as recovered from",
    file: "harness/sli/concepts/outage.ts",
    find: "else if (opensWindow(samples, index, end))",
    replace: "else if (index >= 0)",
    tests,
  },
  {
    name: "failures within that window",
    file: "harness/sli/concepts/outage.ts",
    find: "failed > failedShare * count || ",
    replace: "",
    tests,
  },
  {
    name: "slow answers within that window",
    file: "harness/sli/concepts/outage.ts",
    find: " || bad > badShare * Math.max(count, windowSamples)",
    replace: "",
    tests,
  },
  {
    name: "that only what was back to normal is forgiven a hiccup",
    file: "harness/sli/concepts/outage.ts",
    find: "outage.downUs >= backUs && ",
    replace: "",
    tests,
  },
  {
    name: "that a pause which holds up more is no hiccup",
    file: "harness/sli/concepts/outage.ts",
    find: "return slow <= hiccupSamples;",
    replace: "return slow > 0;",
    tests,
  },
  {
    name: "that a failure is no hiccup",
    file: "harness/sli/concepts/outage.ts",
    find: "if (samples.state[index] === sampleStates.failed) return false;",
    replace: "if (index < 0) return false;",
    tests,
  },
];
