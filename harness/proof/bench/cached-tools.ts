/** Programs of others that proofs compare with or load, kept in a folder of the user's cache. Each comes through the package manager it belongs to. */

import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../base/error.ts";

export const toolsFolder: string = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "roadworthy", "proof");
export const toolsBinaries: string = join(toolsFolder, "bin");
const limitMs = 900_000;
const outputLimitBytes = 64 * 1024 * 1024;

/** PATH, and the folders of the cache behind it. */
export function toolsPath(): string {
  return [process.env["PATH"] ?? "", toolsBinaries, join(toolsFolder, "node_modules", ".bin")].join(delimiter);
}

/** A package manager, run to its end. */
export async function runInstaller(command: string, args: readonly string[], cwd: string = toolsFolder): Promise<void> {
  await promisify(execFile)(command, args, { cwd, timeout: limitMs, maxBuffer: outputLimitBytes });
}

/** Something that can be installed. */
export interface Tool {
  readonly name: string;
  /** Where it is, or null. */
  readonly find: () => string | null;
  readonly install: () => Promise<void>;
}

/** Says of each tool where it is, or why it is not. What is there already is left alone. */
export async function installTools(tools: readonly Tool[], say: (line: string) => void): Promise<void> {
  mkdirSync(toolsBinaries, { recursive: true });
  for (const { name, find, install } of tools) {
    if (find() === null) {
      say(`${name}: installing …`);
      // One after the other: each takes the whole machine.
      await install().catch((error: unknown) => say(`  ${messageOf(error)}`));
    }
    say(`${name}: ${find() ?? "not to be had; install it yourself"}`);
  }
}
