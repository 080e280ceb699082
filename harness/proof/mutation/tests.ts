/** Runs files of tests in a copy of the repository, and tells what came of them. */

import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const limitMs = 120_000;
const outputLimitBytes = 64 * 1024 * 1024;

export interface TestResult {
  passed: number;
  failed: number;
  /** Files that could not even be loaded: what is written there is no program any more. */
  unloadable: readonly string[];
  /** Names of the tests that failed. */
  failures: readonly string[];
}

const reportSchema = z.object({
  testResults: z.array(z.object({ name: z.string(), message: z.string(), assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) })),
});

/** Stops at the first failure when `untilFirst`. Resolves to null when it took too long, or left no report. */
export async function runTests(folder: string, files: readonly string[], { untilFirst, signal }: { untilFirst: boolean; signal: AbortSignal }): Promise<TestResult | null> {
  const report = join(folder, "mutation-report.json");
  rmSync(report, { force: true });
  const vitest = join(folder, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--config", "harness/vitest.config.ts", "--reporter=json", `--outputFile=${report}`, ...(untilFirst ? ["--bail=1"] : []), ...files];
  const { promise, resolve } = Promise.withResolvers<void>();
  // Without CI: a test may then leave out what this machine does not have; those that are named here need nothing of the kind.
  const { CI: _, ...env } = process.env;
  execFile(process.execPath, args, { cwd: folder, env: { ...env, NO_COLOR: "1" }, timeout: limitMs, killSignal: "SIGKILL", maxBuffer: outputLimitBytes, signal }, () => resolve());
  await promise;
  signal.throwIfAborted();
  return existsSync(report) ? readReport(readFileSync(report, "utf8")) : null;
}

function readReport(text: string): TestResult {
  const { testResults } = reportSchema.parse(JSON.parse(text));
  const tests = testResults.flatMap((file) => file.assertionResults);
  const failed = tests.filter(({ status }) => status === "failed");
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: failed.length,
    unloadable: testResults.filter((file) => file.assertionResults.length === 0).map(({ name, message }) => `${name}: ${message.split("\n")[0]}`),
    failures: failed.map(({ fullName }) => fullName),
  };
}
