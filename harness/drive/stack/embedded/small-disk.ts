/**
 * A small disk for the data of one store, so that it can be full without filling the machine's: a file system in memory, in a mount
 * namespace that a process of its own holds. The store runs inside that namespace. Kills of the store do not touch its data, and nothing
 * is mounted on the machine itself: when the holder has gone, so has the disk, whoever died first.
 */

import { dirname, join } from "node:path";
import { entryPath } from "../../../base/entry.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { after, nowUs } from "../../../base/time.ts";
import type { ChildSpec } from "../../supervisor/protocol.ts";
import type { StoreDisk } from "../stack.ts";
import type { UserIds } from "../tools/run-as.ts";
import { minimalEnvironment, type BootContext } from "./context.ts";

export interface DiskOrder {
  /** Id of the store at the supervisor. */
  readonly child: string;
  /** Where the disk is to be seen by the store. */
  readonly folder: string;
  /** None is given when this is left out. */
  readonly sizeMiB: number | undefined;
  readonly runAs: UserIds | null;
}

export interface GivenDisk {
  readonly facts: StoreDisk;
  /** The folder as processes outside of the namespace see it. */
  readonly seenAt: string;
  /** How a command of the store is started. */
  inside(command: readonly string[]): Pick<ChildSpec, "command" | "runAs">;
}

const readyWithinMs = 10_000;

export function diskChild(child: string): string {
  return `${child}-disk`;
}

/** Where it is not possible, the store has the machine's disk, and the facts say why. */
export async function giveDisk(context: BootContext, order: DiskOrder): Promise<GivenDisk> {
  const { sizeMiB, runAs, folder, child } = order;
  const without = (why: string): GivenDisk => ({ facts: { is: "none", why }, seenAt: folder, inside: (command) => ({ command: [...command], runAs }) });
  if (sizeMiB === undefined) return without(`it has no disk of its own: give the node a \`diskMiB\``);
  if (runAs === null) return without("only root can give it a small disk of its own");
  const problem = await startHolder(context, { ...order, sizeMiB, runAs });
  if (problem !== null) {
    context.onProgress(`${child} has no small disk of its own: ${problem}`);
    return without(`it could not be given a small disk of its own: ${problem}`);
  }
  const pid = context.watch.facts(diskChild(child)).process?.pid ?? 0;
  const enter = ["nsenter", `--mount=/proc/${pid}/ns/mnt`, "--"];
  // Whoever changes its user loses the signal at its parent's death: it is asked for again.
  const become = ["setpriv", `--reuid=${runAs.uid}`, `--regid=${runAs.gid}`, "--clear-groups", "--pdeathsig", "KILL", "--"];
  return {
    facts: { is: "own", sizeMiB },
    seenAt: join(`/proc/${pid}/root`, folder),
    inside: (command) => ({ command: [...enter, ...become, ...command], runAs: null }),
  };
}

/** Answers null once the disk is there, else why it is not. */
async function startHolder({ supervisor, watch, signal }: BootContext, { child, folder, sizeMiB, runAs }: Required<DiskOrder> & { sizeMiB: number; runAs: UserIds }): Promise<string | null> {
  const id = diskChild(child);
  const options = `size=${sizeMiB}m,mode=0700,uid=${runAs.uid},gid=${runAs.gid}`;
  try {
    await supervisor.spawn({
      id,
      command: ["unshare", "--mount", "--propagation", "private", "--", process.execPath, entryPath("harness/drive/stack/embedded/small-disk-holder"), options, folder],
      workingFolder: dirname(folder),
      env: minimalEnvironment(),
      restart: { policy: "never", delayMs: 0 },
      stop: { signal: "SIGTERM", withinMs: 1_000 },
      runAs: null,
      input: true,
    });
  } catch (error) {
    if (error instanceof RoadworthyError && error.code === "tool-missing") return error.message;
    throw error;
  }
  const deadlineUs = nowUs() + readyWithinMs * 1000;
  const late = Promise.withResolvers<void>();
  const giveUp = (): void => late.resolve();
  using _timer = after(readyWithinMs, giveUp);
  for (;;) {
    signal.throwIfAborted();
    const { ended, lines } = watch.facts(id);
    if (lines.includes("mounted")) return null;
    if (ended !== null) return lines.at(-1) ?? `it ended with ${ended}`;
    if (nowUs() >= deadlineUs) return `it was not there within ${readyWithinMs} ms`;
    await Promise.race([watch.change(), late.promise]);
  }
}
