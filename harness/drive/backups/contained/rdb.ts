/** `rdb` in a container: the file of a snapshot, as the engine gives it. */

import { join, posix } from "node:path";
import type { BackupSpec } from "../../../scenario/drill/backup.ts";
import { endOfTar, entriesOf, tarFile, tarFolder, type Tar } from "../../stack/volume/tar.ts";
import type { UserIds } from "../../stack/tools/run-as.ts";
import type { ContainedMethod } from "../backup.ts";
import { asAppendBase, setting, snapshotNames, takeSnapshot, untilSays, type SnapshotNames } from "../redis-persistence.ts";
import { containerVolumeOf } from "../volume-of.ts";
import { archiveOf, keepTar, kept, ownerIn, rememberedPlace, rememberPlace, tarAt } from "./store-container.ts";

const file = "last.tar";

export const rdbInside: ContainedMethod<Extract<BackupSpec, { by: "rdb" }>> = {
  unavailable: async (site) => {
    const { appendOnly, appendFolder } = await snapshotNames(site);
    return appendOnly && appendFolder === "" ? `"${site.node}" keeps its append-only file in no folder of its own, as Redis does from 7.0 on` : null;
  },
  backUp: async (site) => {
    const names = await snapshotNames(site);
    const folder = await setting("dir", site);
    const asOfUs = await takeSnapshot(site);
    const bytes = await keepTar(join(site.folder, file), asStarted(await archiveOf(posix.join(folder, names.file), site), names));
    rememberPlace(site, folder);
    return { asOfUs, bytes, what: "snapshot" };
  },
  restore: async (site, last) => {
    const path = kept(site, file);
    await containerVolumeOf(site).renew({ folder: rememberedPlace(site), owner: await ownerIn(path, site.node), tar: tarAt(path) });
    await untilSays("loading:0", site);
    return last;
  },
};

/** As a server looks for it when it starts. */
async function* asStarted(snapshot: Tar, names: SnapshotNames): Tar {
  const { base, manifest, text } = asAppendBase(names);
  let owner: UserIds = { uid: 0, gid: 0 };
  yield* entriesOf(snapshot, ({ uid, gid }) => {
    owner = { uid, gid };
    return { name: names.appendOnly ? `${names.appendFolder}/${base}` : names.file, uid, gid };
  });
  // Behind what is in it, because only that says whose it is.
  if (names.appendOnly) yield tarFolder({ name: names.appendFolder, ...owner });
  if (names.appendOnly) yield tarFile({ name: `${names.appendFolder}/${manifest}`, ...owner }, text);
  yield endOfTar;
}
