/**
 * PostgreSQL by `pg_basebackup`: the whole server. With `wal`, `pg_receivewal` receives what is written from then on, as an archive of the write-ahead log
 * would, and a restore replays all of it:
 *
 *   base backup ──── log as it comes ──── destroyed
 *        └───────────── replayed ────────────┘ lost: what had not been received
 */

import { appendFileSync, existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { nowUs, poll, wallClockOffsetUs, type InstantUs } from "../../base/time.ts";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import type { BackupMethod, Site } from "./backup.ts";
import { copyFor, freshFolder, sizeOf, writeFor } from "./files.ts";
import { askServer, connection, postgresTool, whyNoPostgresTools } from "./postgres-tools.ts";
import { folderVolumeOf, notRestorable } from "./volume-of.ts";

type BaseSite = Site<Extract<BackupSpec, { by: "base-backup" }>>;

const lookEveryMs = 50;

/** So that the server replays all that is there: it asks an archive first, of which there is none. */
export const replaySettings = "restore_command = 'false'\nrecovery_target_timeline = 'current'\n";

export const baseBackup: BackupMethod<BaseSite["spec"]> = {
  about: {
    backsUp: "`pg_basebackup` of the server; with `wal`, the write-ahead log from then on, by `pg_receivewal`",
    restores: "a server on a copy of it, which replays the log to its end",
    age: "since the last transaction that was replayed; without `wal`, since the base backup began",
  },
  unavailable: (site) => whyNoPostgresTools(site.spec.wal ? ["pg_basebackup", "pg_receivewal"] : ["pg_basebackup"], site),
  backUp: async (site) => {
    const { args, env } = connection(site);
    if (site.spec.wal) await receiveLog(site);
    const making = freshFolder(join(site.folder, "making"), site.owner);
    const command = [await postgresTool("pg_basebackup", site), ...args, "--pgdata", making, "--checkpoint=fast", "--wal-method=stream"];
    const asOfUs = nowUs();
    await site.runTool({ command, env });
    rmSync(join(site.folder, "base"), { recursive: true, force: true });
    renameSync(making, join(site.folder, "base"));
    return { asOfUs, bytes: sizeOf(join(site.folder, "base")), what: `base backup${site.spec.wal ? " and the log since" : ""}` };
  },
  restore: async (site, last) => {
    const base = join(site.folder, "base");
    if (!existsSync(base)) throw notRestorable(site.node, "there is no base backup");
    if (site.spec.wal) await addLog(site, base);
    const bytes = sizeOf(base);
    await folderVolumeOf(site).renew(base);
    await untilWritable(site);
    return { asOfUs: site.spec.wal ? await lastReplayedUs(site, last.asOfUs) : last.asOfUs, bytes, what: last.what };
  },
};

/** Its id at the supervisor: one for each folder of back-ups. */
function receiver(folder: string): string {
  return `${basename(folder)}-log`;
}

/** Once for all back-ups; it ends with the run. It begins before the first base backup, so that nothing is missing in between. */
async function receiveLog(site: BaseSite): Promise<void> {
  const folder = join(site.folder, "log");
  if (existsSync(folder)) return;
  freshFolder(folder, site.owner);
  const { args, env } = connection(site);
  await site.stack.supervisor.spawn({
    id: receiver(site.folder),
    command: [await postgresTool("pg_receivewal", site), ...args, "--directory", folder, "--synchronous"],
    workingFolder: site.folder,
    env,
    restart: { policy: "never", delayMs: 0 },
    stop: { signal: "SIGINT", withinMs: 2_000 },
    runAs: site.owner,
    input: false,
  });
}

/** Segments of the log, the last of which is not whole, are put where the server looks for them. */
async function addLog({ stack, folder, owner }: BaseSite, base: string): Promise<void> {
  await stack.supervisor.forget(receiver(folder));
  const log = join(folder, "log");
  for (const segment of readdirSync(log)) copyFor(owner, { from: join(log, segment), to: join(base, "pg_wal", segment.replace(/\.partial$/, "")) });
  rmSync(log, { recursive: true });
  writeFor(owner, join(base, "recovery.signal"), "");
  appendFileSync(join(base, "postgresql.auto.conf"), replaySettings);
}

/** It answers readers while it still replays. */
export async function untilWritable(site: BaseSite): Promise<void> {
  const look = async (): Promise<true | undefined> => ((await askServer("select pg_is_in_recovery()", site))[0]?.[0] === "f" ? true : undefined);
  if ((await poll(look, { intervalMs: lookEveryMs, deadlineUs: site.deadlineUs, signal: site.signal })) === undefined) throw notRestorable(site.node, "it was still replaying the log when the time was over");
}

/** The base backup itself is the oldest that it can be. */
export async function lastReplayedUs(site: BaseSite, baseUs: InstantUs): Promise<InstantUs> {
  const [[text = ""] = []] = await askServer("select extract(epoch from pg_last_xact_replay_timestamp()) * 1000000", site);
  const unixUs = Number(text);
  return text === "" || !Number.isFinite(unixUs) ? baseUs : Math.max(baseUs, Math.round(unixUs - wallClockOffsetUs()));
}
