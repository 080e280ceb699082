/**
 * Starts the warden, a process that waits for the supervisor to die. The kernel kills the supervisor's children with it, but not what
 * those have started (R2): the warden does, in the same second, and finishes the rest of the journal without waiting for the next command.
 */

import { spawn } from "node:child_process";
import { entryPath } from "../../../base/entry.ts";
import { after } from "../../../base/time.ts";

export interface Warden {
  /** Everything is done: it may go. Resolves when it has gone, for a run leaves no process behind, not even this one. */
  dismiss(): Promise<void>;
}

/** What the supervisor tells it at an orderly end. The end of the pipe without it means that the supervisor was killed. */
export const dismissal = "done";

const goesWithinMs = 2_000;

export function startWarden({ run, stateFolder }: { run: string; stateFolder: string }): Warden {
  // A session of its own, and no parent-death signal: it is there to survive.
  const child = spawn(process.execPath, [entryPath("harness/drive/supervisor/warden"), run, stateFolder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  // Without it, the rest is left to the next command, as when it is killed together with the others.
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  const gone = Promise.withResolvers<void>();
  for (const event of ["error", "exit"] as const) child.once(event, () => gone.resolve());
  return {
    dismiss: async () => {
      child.ref();
      child.stdin.end(`${dismissal}\n`);
      using _timer = after(goesWithinMs, () => child.kill("SIGKILL"));
      await gone.promise;
    },
  };
}
