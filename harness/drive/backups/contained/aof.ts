/** `aof` in a container: its append-only files as the engine gives them, while they are not rewritten. */

import { join, posix } from "node:path";
import { nowUs } from "../../../base/time.ts";
import type { BackupSpec } from "../../../scenario/drill/backup.ts";
import type { ContainedMethod } from "../backup.ts";
import { setting, untilSays, whyNotAppending, withoutRewriting } from "../redis-persistence.ts";
import { containerVolumeOf } from "../volume-of.ts";
import { archiveOf, keepTar, kept, ownerIn, rememberedPlace, rememberPlace, tarAt } from "./store-container.ts";

const file = "last.tar";

export const aofInside: ContainedMethod<Extract<BackupSpec, { by: "aof" }>> = {
  unavailable: whyNotAppending,
  backUp: (site) =>
    withoutRewriting(site, async () => {
      const folder = await setting("dir", site);
      const files = posix.join(folder, await setting("appenddirname", site));
      const asOfUs = nowUs();
      const bytes = await keepTar(join(site.folder, file), await archiveOf(files, site));
      rememberPlace(site, folder);
      return { asOfUs, bytes, what: "copy of the append-only files" };
    }),
  restore: async (site, last) => {
    const path = kept(site, file);
    await containerVolumeOf(site).renew({ folder: rememberedPlace(site), owner: await ownerIn(path, site.node), tar: tarAt(path) });
    await untilSays("loading:0", site);
    return last;
  },
};
