/** Redis by its append-only files: a copy of them, made while they are not rewritten. */

import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { nowUs } from "../../base/time.ts";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import type { BackupMethod } from "./backup.ts";
import { copyFor, freshFolder, sizeOf } from "./files.ts";
import { fileOf, setting, untilSays, whyNoFiles, whyNotAppending, withoutRewriting } from "./redis-persistence.ts";
import { folderVolumeOf, notRestorable } from "./volume-of.ts";

export const aof: BackupMethod<Extract<BackupSpec, { by: "aof" }>> = {
  about: {
    backsUp: "a copy of the append-only files, with their rewriting switched off meanwhile",
    restores: "a server on that copy",
    age: "since the copy began, and as much more as `appendfsync` lets wait",
  },
  unavailable: async (site) => whyNoFiles(site) ?? (await whyNotAppending(site)),
  backUp: (site) =>
    withoutRewriting(site, async () => {
      const folder = await setting("appenddirname", site);
      const asOfUs = nowUs();
      const making = freshFolder(join(site.folder, "making"), site.owner);
      copyFor(site.owner, { from: fileOf(folder, site), to: join(making, folder) });
      freshFolder(join(site.folder, "last"), site.owner);
      renameSync(making, join(site.folder, "last"));
      return { asOfUs, bytes: sizeOf(join(site.folder, "last")), what: "copy of the append-only files" };
    }),
  restore: async (site, last) => {
    const folder = join(site.folder, "last");
    if (!existsSync(folder)) throw notRestorable(site.node, "there is no copy");
    await folderVolumeOf(site).renew(folder);
    await untilSays("loading:0", site);
    return last;
  },
};
