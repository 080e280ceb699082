/** The table of ways to back up a store. A new one: see the README. */

import type { BackupKind, BackupSpec } from "../../scenario/drill/backup.ts";
import { aof } from "./aof.ts";
import { baseBackup } from "./base-backup.ts";
import type { BackupMethod, ContainedMethod, Made, Restored, Site } from "./backup.ts";
import { ownCommand } from "./command.ts";
import { aofInside } from "./contained/aof.ts";
import { baseBackupInside } from "./contained/base-backup.ts";
import { dumpInside } from "./contained/dump.ts";
import { rdbInside } from "./contained/rdb.ts";
import { dump } from "./dump.ts";
import { rdb } from "./rdb.ts";

type BackupTable = { readonly [Kind in BackupKind]: BackupMethod<Extract<BackupSpec, { by: Kind }>> };

/** Leaving one out does not compile. */
const backups: BackupTable = { dump, "base-backup": baseBackup, rdb, aof, command: ownCommand };

type ContainedTable = { readonly [Kind in BackupKind]: ContainedMethod<Extract<BackupSpec, { by: Kind }>> };

/** For stores in containers. */
const contained: ContainedTable = { dump: dumpInside, "base-backup": baseBackupInside, rdb: rdbInside, aof: aofInside, command: ownCommand };

type SiteOf<Kind extends BackupKind> = Site<Extract<BackupSpec, { by: Kind }>> & { readonly spec: { readonly by: Kind } };

/** Why the store cannot be backed up and restored as its target says, or null when it can. */
export async function unavailableBackup<Kind extends BackupKind>(site: SiteOf<Kind>): Promise<string | null> {
  return await rowOf<Kind>(site).unavailable(site);
}

/** Rejects when there is no new back-up; an older one is kept then. */
export async function backUp<Kind extends BackupKind>(site: SiteOf<Kind>): Promise<Made> {
  return await rowOf<Kind>(site).backUp(site);
}

/** Resolves when the store is up with what was restored. */
export async function restore<Kind extends BackupKind>(site: SiteOf<Kind>, last: Made): Promise<Restored> {
  return await rowOf<Kind>(site).restore(site, last);
}

function rowOf<Kind extends BackupKind>({ spec: { by }, stack }: SiteOf<Kind>): ContainedTable[Kind] {
  return stack.containers === null ? backups[by] : contained[by];
}

/** The README's table. */
export function backupTable(): string {
  const rows = Object.entries(backups).map(([by, { about }]) => `| \`${by}\` | ${about.backsUp} | ${about.restores} | ${about.age} |`);
  return ["| by | backs up | restores | age of what is restored |", "|---|---|---|---|", ...rows, ""].join("\n");
}
