/**
 * Tests: `fast` ones use virtual time and small processes and run beside one another. `it` ones boot real servers: they mostly wait, so two files run at a time.
 * `alone` are those of them that ask something of the whole machine; they run after the others, one file after the other.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { codeRoot } from "./base/entry.ts";

/** Files that must not be beside another, each with its reason. What only takes longer beside another is not one. */
const alone: Readonly<Record<string, string>> = {
  "harness/proof/memory.it.test.ts": "how far the load process grows is asked of one that is given the processor: what it cannot send waits in its memory",
  "harness/proof/package.it.test.ts": "the good shop has to pass, and no pass is believed of a load that was late; the package is built by a compiler before",
  "harness/proof/end-to-end/steady-state.it.test.ts": "the shop has to be back within two seconds of the healing, and to pass",
};
const rooms = ["harness", "targets", "reports", "scenarios"];
const everyTest = rooms.map((room) => `${room}/**/*.test.ts`);
const serverTests = rooms.map((room) => `${room}/**/*.it.test.ts`);
// The name of a file that was moved would make it one of the others, and nobody would see it.
for (const path of Object.keys(alone)) if (!existsSync(join(codeRoot, path))) throw new Error(`${path} is to run alone, and is not there`);

/** Proofs bring whole systems up. A file that takes minutes and begins last is waited for, so they begin first; else it is as vitest has it: by what a file took before, or its size. */
class ProofsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const inOrder = await BaseSequencer.prototype.sort.call(this, files);
    return inOrder.toSorted((one, other) => groupOf(one) - groupOf(other) || Number(isProof(other)) - Number(isProof(one)));
  }
}

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}

function isProof({ moduleId }: TestSpecification): boolean {
  return moduleId.includes("/harness/proof/");
}

export default defineConfig({
  root: codeRoot,
  test: {
    exclude: ["**/node_modules/**", "dist/**", "reports/runs/**"],
    // Whoever forgot an assertion, or left `.only` behind, hears of it here and not from a green run.
    expect: { requireAssertions: true },
    allowOnly: false,
    // They end what hangs. None of them rules on how fast anything is: on a busy machine a second's work takes many.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    sequence: { sequencer: ProofsFirst },
    projects: [
      // Of two cores, one would be left idle by default.
      { extends: true, test: { name: "fast", include: everyTest, exclude: serverTests, maxWorkers: "100%", sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: "it", include: serverTests, exclude: Object.keys(alone), maxWorkers: 2, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: "alone", include: Object.keys(alone), fileParallelism: false, sequence: { groupOrder: 2 } } },
    ],
  },
});
