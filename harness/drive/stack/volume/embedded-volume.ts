/** The volume of a store of the embedded runtime: a folder of the run. */

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError } from "../../../base/error.ts";
import { minimalEnvironment, type BootContext } from "../embedded/context.ts";
import { runToEnd } from "../embedded/run-to-end.ts";
import type { GivenDisk } from "../embedded/small-disk.ts";
import type { UserIds } from "../tools/run-as.ts";
import type { FolderVolume } from "./volume.ts";

export interface VolumeParts {
  /** Id of the store at the supervisor. */
  readonly child: string;
  /** Its data, as the store sees it. */
  readonly folder: string;
  /** The same, as we see it. */
  readonly seenAt: string;
  readonly disk: Pick<GivenDisk, "inside">;
  readonly owner: UserIds | null;
  /** What an empty store is a copy of; null: it makes all that it needs. */
  readonly template: string | null;
  /** Resolves when the started store can be used; `isNew`: it has nothing of the target yet. */
  readonly untilReady: (isNew: boolean) => Promise<void>;
}

const copyWithinMs = 120_000;

/** `renew` may be told what else is done to the data before the store starts. */
export interface EmbeddedVolume extends FolderVolume {
  renew(from: string | null, before?: () => Promise<void>): Promise<void>;
}

export function embeddedVolume(context: BootContext, parts: VolumeParts): EmbeddedVolume {
  const { supervisor } = context;
  const { child, folder, seenAt, disk, owner, template } = parts;
  if (!seenAt.includes(supervisor.scratchFolder)) throw new RoadworthyError("internal", `${seenAt} is no folder of this run`);
  let copies = 0;
  const copy = async (from: string): Promise<void> => {
    copies += 1;
    const errand = { id: `${child}-copy-${copies}`, workingFolder: supervisor.scratchFolder, env: minimalEnvironment(), withinMs: copyWithinMs, failsAs: "stack-unavailable" } as const;
    await runToEnd(context, { ...errand, ...disk.inside(["cp", "-Rp", `${from}/.`, folder]) });
  };
  return {
    is: "folder",
    owner,
    gone: async () => await Promise.resolve(readdirSync(seenAt).length === 0 ? "its folder is empty" : null),
    destroy: async () => {
      // Neither PostgreSQL nor Redis writes anything on its way out then.
      await supervisor.stop(child, "SIGQUIT");
      empty(seenAt);
    },
    renew: async (from, before) => {
      // Someone else may have started it meanwhile, on nothing.
      await supervisor.stop(child, "SIGQUIT");
      empty(seenAt);
      const source = from ?? template;
      if (source !== null) await copy(source);
      await before?.();
      await supervisor.start(child);
      await parts.untilReady(from === null && before === undefined);
    },
  };
}

function empty(folder: string): void {
  for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true, force: true });
}
