/** `base-backup` in a container: its own `pg_basebackup` as one archive, and a receiver of the log in a container beside it. */

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { nowUs } from "../../../base/time.ts";
import type { BackupSpec } from "../../../scenario/drill/backup.ts";
import type { UserIds } from "../../stack/tools/run-as.ts";
import { endOfTar, entriesOf, fileIn, tarFile, type Tar } from "../../stack/volume/tar.ts";
import type { ContainedMethod, Site } from "../backup.ts";
import { lastReplayedUs, replaySettings, untilWritable } from "../base-backup.ts";
import { containerVolumeOf } from "../volume-of.ts";
import { startReceiver, takeLog } from "./log-receiver.ts";
import { askInside, runInside, whyNotInside } from "./postgres-inside.ts";
import { archiveOf, keep, kept, ownerIn, rememberedPlace, rememberPlace, tarAt } from "./store-container.ts";

type BaseSite = Site<Extract<BackupSpec, { by: "base-backup" }>>;

const baseFile = "base.tar";
const logFile = "log.tar";
/** Holds the receiver's container. */
const receiverFile = "receiver";
/** Settings that were changed on the running server: the last file that it reads. */
const settingsFile = "postgresql.auto.conf";

export const baseBackupInside: ContainedMethod<BaseSite["spec"]> = {
  unavailable: (site) => whyNotInside(site.spec.wal ? ["pg_basebackup", "pg_receivewal"] : ["pg_basebackup"], site),
  backUp: async (site) => {
    const [[folder = ""] = []] = await askInside("show data_directory", site);
    const receiver = join(site.folder, receiverFile);
    // Before the first base backup, so that nothing is missing in between.
    if (site.spec.wal && !existsSync(receiver)) writeFileSync(receiver, await startReceiver(site), { mode: 0o600 });
    const settings = await fileIn(await archiveOf(posix.join(folder, settingsFile), site), () => true);
    const asOfUs = nowUs();
    const bytes = await keep(join(site.folder, baseFile), (output) => runInside("pg_basebackup", ["--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast"], { site, output }));
    writeFileSync(join(site.folder, settingsFile), settings?.text ?? "", { mode: 0o600 });
    rememberPlace(site, folder);
    return { asOfUs, bytes, what: `base backup${site.spec.wal ? " and the log since" : ""}` };
  },
  restore: async (site, last) => {
    const base = kept(site, baseFile);
    const log = join(site.folder, logFile);
    if (site.spec.wal) await takeLog(readFileSync(kept(site, receiverFile), "utf8"), log, site);
    rmSync(join(site.folder, receiverFile), { force: true });
    const owner = await ownerIn(base, site.node);
    const bytes = statSync(base).size + (site.spec.wal ? statSync(log).size : 0);
    await containerVolumeOf(site).renew({ folder: rememberedPlace(site), owner, tar: site.spec.wal ? withLog(site, { base, log, owner }) : tarAt(base) });
    await untilWritable(site);
    return { asOfUs: site.spec.wal ? await lastReplayedUs(site, last.asOfUs) : last.asOfUs, bytes, what: last.what };
  },
};

/** Segments of the log, the last of which is not whole, stand where the server looks for them. */
async function* withLog(site: BaseSite, { base, log, owner }: { base: string; log: string; owner: UserIds }): Tar {
  yield* entriesOf(tarAt(base), (entry) => (entry.name === settingsFile ? null : entry));
  yield* entriesOf(tarAt(log), ({ name, is }) => (is === "file" ? { name: name.replace(/\.partial$/, ""), ...owner } : null));
  yield tarFile({ name: settingsFile, ...owner }, `${readFileSync(kept(site, settingsFile), "utf8")}${replaySettings}`);
  yield tarFile({ name: "recovery.signal", ...owner }, "");
  yield endOfTar;
}
