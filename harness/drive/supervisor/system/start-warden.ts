/**
 * Starts the warden, a process that waits for the supervisor to die. The kernel kills the supervisor's children with it, but not what
 * those have started (R2): the warden does, in the same second, and finishes the rest of the journal without waiting for the next command.
 */

import { spawn } from "node:child_process";
import { entryPath } from "../../../base/entry.ts";

export interface Warden {
  /** Everything is done: it may go. */
  dismiss(): void;
}

/** What the supervisor tells it at an orderly end. The end of the pipe without it means that the supervisor was killed. */
export const dismissal = "done";

export function startWarden({ run, stateFolder }: { run: string; stateFolder: string }): Warden {
  // A session of its own, and no parent-death signal: it is there to survive.
  const child = spawn(process.execPath, [entryPath("harness/drive/supervisor/warden"), run, stateFolder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  // Without it, the rest is left to the next command, as when it is killed together with the others.
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  return { dismiss: () => void child.stdin.end(`${dismissal}\n`) };
}
