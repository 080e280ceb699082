/** Guards of the account of writes: taken out, a test must fail. */

import type { Mutation } from "./row.ts";

const ledgerTests = ["harness/sli/concepts/ledger-sets.test.ts"];
const writerTests = ["harness/drive/load/writers/writer.test.ts"];

export const ledgerRows: readonly Mutation[] = [
  {
    name: "the set of lost writes",
    file: "harness/sli/concepts/ledger-sets.ts",
    find: "const lost = written.ok - there.ok;",
    replace: "const lost = 0;",
    tests: ledgerTests,
  },
  {
    name: "a write that waited through a fault, which is the next fault's",
    file: "harness/sli/concepts/ledger-sets.ts",
    find: " && underWayUs <= undisturbedUs",
    replace: "",
    tests: ledgerTests,
  },
  {
    name: "the end of a read-back",
    file: "harness/sli/concepts/ledger-sets.ts",
    find: "if (!way.complete) return",
    replace: "if (false) return",
    tests: ledgerTests,
  },
  {
    name: "what was under way at a kill is a tail and no hole",
    file: "harness/sli/concepts/ledger-sets.ts",
    find: "acknowledgedUs <= (isKept ? endedUs : feltUs) || (!isKept",
    replace: "acknowledgedUs <= endedUs || (false",
    tests: ledgerTests,
  },
  {
    name: "of writes under way at once none is the newer",
    file: "harness/sli/concepts/ledger-sets.ts",
    find: "Math.max(stretch.newestKeptUs, acknowledgedUs - underWayUs)",
    replace: "Math.max(stretch.newestKeptUs, acknowledgedUs)",
    tests: ledgerTests,
  },
  {
    name: "what was lost counts until the fault took effect",
    file: "harness/sli/concepts/ledger-sets.ts",
    find: "Math.max(stretch.effectUs, Math.min(acknowledgedUs, stretch.feltUs))",
    replace: "stretch.effectUs",
    tests: ledgerTests,
  },
  {
    name: "a write without an answer is in doubt",
    file: "harness/drive/ledger/stores/redis.ts",
    find: 'error instanceof ReplyError ? "refused" : "info"',
    replace: '"refused"',
    tests: writerTests,
  },
  {
    name: "nothing is sent on a connection that is gone",
    file: "harness/drive/load/writers/writer.ts",
    find: "connection?.isBroken === true",
    replace: "false",
    tests: writerTests,
  },
];
