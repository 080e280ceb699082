/** Runs a scenario through the command line, in a process of its own. */

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { entryPath, packageRoot } from "../../base/entry.ts";

export interface RunOnTarget {
  folder: string;
  exitCode: number | null;
}

export function runScenarioOn(scenario: string, target: string, store: string, seed?: number): Promise<RunOnTarget> {
  return runCommand(["run", scenario, "--target", target, ...(seed === undefined ? [] : ["--seed", String(seed)])], store);
}

/** Its outputs go to `store`; what it says is dropped, since the folder says it all. */
export async function runCommand(args: readonly string[], store: string): Promise<RunOnTarget> {
  mkdirSync(store, { recursive: true });
  const before = new Set(folders(store));
  const child = spawn(process.execPath, [entryPath("harness/cli/main"), ...args, "--out", store], { cwd: packageRoot, stdio: "ignore" });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", resolve);
  const exitCode = await promise;
  const made = folders(store).find((name) => !before.has(name));
  if (made === undefined) throw new Error(`${args.join(" ")} left no run, exit ${exitCode}`);
  return { folder: join(store, made), exitCode };
}

function folders(store: string): string[] {
  return readdirSync(store);
}
