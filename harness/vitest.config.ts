/** Tests: `fast` ones use virtual time and small processes and run beside one another; `it` ones boot real servers and run one after the other. */

import { defineConfig } from "vitest/config";
import { codeRoot } from "./base/entry.ts";

const rooms = ["harness", "targets", "reports", "scenarios"];
const everyTest = rooms.map((room) => `${room}/**/*.test.ts`);
const serverTests = rooms.map((room) => `${room}/**/*.it.test.ts`);

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
    projects: [
      { extends: true, test: { name: "fast", include: everyTest, exclude: serverTests, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: { name: "it", include: serverTests, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
