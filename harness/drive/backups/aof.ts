/** Redis by its append-only files: a copy of them, made while they are not rewritten. */

import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { nowUs } from "../../base/time.ts";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import type { BackupMethod } from "./backup.ts";
import { copyFor, freshFolder, sizeOf } from "./files.ts";
import { command, fileOf, setting, untilSays, whyNoFiles } from "./redis-persistence.ts";
import { notRestorable, volumeOf } from "./volume-of.ts";

const rewriteSetting = "auto-aof-rewrite-percentage";

export const aof: BackupMethod<Extract<BackupSpec, { by: "aof" }>> = {
  about: {
    backsUp: "a copy of the append-only files, with their rewriting switched off meanwhile",
    restores: "a server on that copy",
    age: "since the copy began, and as much more as `appendfsync` lets wait",
  },
  unavailable: async (site) => {
    const why = whyNoFiles(site);
    if (why !== null) return why;
    return (await setting("appendonly", site)) === "yes" ? null : `"${site.node}" keeps no append-only files: its setting \`appendonly\` is not yes`;
  },
  backUp: async (site) => {
    const folder = await setting("appenddirname", site);
    const percentage = await setting(rewriteSetting, site);
    await command(["CONFIG", "SET", rewriteSetting, "0"], site);
    try {
      await untilSays("aof_rewrite_in_progress:0", site);
      const asOfUs = nowUs();
      const making = freshFolder(join(site.folder, "making"), site.owner);
      copyFor(site.owner, { from: fileOf(folder, site), to: join(making, folder) });
      freshFolder(join(site.folder, "last"), site.owner);
      renameSync(making, join(site.folder, "last"));
      return { asOfUs, bytes: sizeOf(join(site.folder, "last")), what: "copy of the append-only files" };
    } finally {
      await command(["CONFIG", "SET", rewriteSetting, percentage], site);
    }
  },
  restore: async (site, last) => {
    const folder = join(site.folder, "last");
    if (!existsSync(folder)) throw notRestorable(site.node, "there is no copy");
    await volumeOf(site).renew(folder);
    await untilSays("loading:0", site);
    return last;
  },
};
