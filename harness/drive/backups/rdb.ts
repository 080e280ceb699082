/** Redis by a snapshot: `BGSAVE`, and a copy of the file that it makes. */

import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import type { BackupMethod } from "./backup.ts";
import { copyFor, freshFolder, sizeOf, writeFor } from "./files.ts";
import { asAppendBase, fileOf, snapshotNames, takeSnapshot, untilSays, whyNoFiles } from "./redis-persistence.ts";
import { folderVolumeOf, notRestorable } from "./volume-of.ts";

export const rdb: BackupMethod<Extract<BackupSpec, { by: "rdb" }>> = {
  about: {
    backsUp: "`BGSAVE`, then a copy of its file",
    restores: "a server on that file; one with `appendonly` reads it as the base of its append-only files",
    age: "since the snapshot was asked for",
  },
  unavailable: async (site) => await Promise.resolve(whyNoFiles(site)),
  backUp: async (site) => {
    const names = await snapshotNames(site);
    const { file, appendOnly, appendFolder } = names;
    const asOfUs = await takeSnapshot(site);
    const making = freshFolder(join(site.folder, "making"), site.owner);
    const { base, manifest, text } = asAppendBase(names);
    if (appendOnly) freshFolder(join(making, appendFolder), site.owner);
    const to = appendOnly ? join(making, appendFolder, base) : join(making, file);
    copyFor(site.owner, { from: fileOf(file, site), to });
    if (appendOnly) writeFor(site.owner, join(making, appendFolder, manifest), text);
    freshFolder(join(site.folder, "last"), site.owner);
    renameSync(making, join(site.folder, "last"));
    return { asOfUs, bytes: sizeOf(join(site.folder, "last")), what: "snapshot" };
  },
  restore: async (site, last) => {
    const folder = join(site.folder, "last");
    if (!existsSync(folder)) throw notRestorable(site.node, "there is no snapshot");
    await folderVolumeOf(site).renew(folder);
    await untilSays("loading:0", site);
    return last;
  },
};
