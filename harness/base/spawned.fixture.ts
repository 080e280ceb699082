/** Runs a spawnable module of ours as its parent, for tests. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { entryPath } from "./entry.ts";

export interface SpawnedModule extends AsyncDisposable {
  /** The next line that it prints; rejects when it ends instead. */
  line(): Promise<string>;
  tell(message: unknown): void;
  closeInput(): void;
  kill(signal: NodeJS.Signals): void;
  /** Exit code and what it wrote to standard error, once it has ended. */
  ended: Promise<{ code: number | null; stderr: string }>;
}

/** `config` is written to a file whose path is the module's argument. `openFiles`: how many it may have open. */
export function spawnModule(module: string, config: unknown, openFiles?: number): SpawnedModule {
  const folder = mkdtempSync(join(tmpdir(), "roadworthy-test-"));
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify(config));
  const command = [process.execPath, entryPath(module), path];
  const limit = `--nofile=${openFiles}:${openFiles}`;
  const [program, args] = openFiles === undefined ? [process.execPath, command.slice(1)] : ["prlimit", [limit, ...command]];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  // A module that has ended reads nothing any more; its exit code says the rest.
  child.stdin.on("error", () => {});
  const ended = once(child, "close").then(([code]: unknown[]) => ({ code: typeof code === "number" ? code : null, stderr }));
  return {
    line: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error(`${module} ended before it printed a line: ${stderr}`);
      return next.value;
    },
    tell: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    closeInput: () => child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** A folder that is removed when it is disposed. */
export function temporaryFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), "roadworthy-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
