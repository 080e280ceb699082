/** Redis by a snapshot: `BGSAVE`, and a copy of the file that it makes. */

import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { nowUs } from "../../base/time.ts";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import type { BackupMethod } from "./backup.ts";
import { copyFor, freshFolder, sizeOf, writeFor } from "./files.ts";
import { command, fileOf, setting, untilSays, whyNoFiles } from "./redis-persistence.ts";
import { notRestorable, volumeOf } from "./volume-of.ts";

interface Settings {
  file: string;
  appendOnly: boolean;
  appendFolder: string;
  appendFile: string;
}

export const rdb: BackupMethod<Extract<BackupSpec, { by: "rdb" }>> = {
  about: {
    backsUp: "`BGSAVE`, then a copy of its file",
    restores: "a server on that file; one with `appendonly` reads it as the base of its append-only files",
    age: "since the snapshot was asked for",
  },
  unavailable: async (site) => await Promise.resolve(whyNoFiles(site)),
  backUp: async (site) => {
    const { file, appendOnly, appendFolder, appendFile } = await settingsOf(site);
    // One that is under way for other reasons is older than what is asked for.
    await untilSays("rdb_bgsave_in_progress:0", site);
    await untilSays("aof_rewrite_in_progress:0", site);
    const asOfUs = nowUs();
    await command(["BGSAVE"], site);
    await untilSays("rdb_bgsave_in_progress:0", site);
    await untilSays("rdb_last_bgsave_status:ok", site);
    const making = freshFolder(join(site.folder, "making"), site.owner);
    // A server that appends does not look at a snapshot when it starts.
    const base = `${appendFile}.1.base.rdb`;
    if (appendOnly) freshFolder(join(making, appendFolder), site.owner);
    const to = appendOnly ? join(making, appendFolder, base) : join(making, file);
    copyFor(site.owner, { from: fileOf(file, site), to });
    if (appendOnly) writeFor(site.owner, join(making, appendFolder, `${appendFile}.manifest`), `file ${base} seq 1 type b\n`);
    freshFolder(join(site.folder, "last"), site.owner);
    renameSync(making, join(site.folder, "last"));
    return { asOfUs, bytes: sizeOf(join(site.folder, "last")), what: "snapshot" };
  },
  restore: async (site, last) => {
    const folder = join(site.folder, "last");
    if (!existsSync(folder)) throw notRestorable(site.node, "there is no snapshot");
    await volumeOf(site).renew(folder);
    await untilSays("loading:0", site);
    return last;
  },
};

async function settingsOf(site: Parameters<typeof setting>[1]): Promise<Settings> {
  return { file: await setting("dbfilename", site), appendOnly: (await setting("appendonly", site)) === "yes", appendFolder: await setting("appenddirname", site), appendFile: await setting("appendfilename", site) };
}
