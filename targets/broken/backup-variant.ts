/** A known-bad variant whose services are right and whose back-ups are not: the reference target with a command of its own in their place. */

import { defineTarget, type Target } from "../../harness/index.ts";
import { continuumReport } from "../continuum-report/target.ts";

export interface BackupDefect {
  /** "broken/…" */
  name: string;
  title: string;
  /** `back-up` and `restore` are told as its last arguments, with the folder. */
  command: string[];
  /** Exactly these objectives fail. */
  turnsRed: string[];
}

export function backupVariant({ name, title, command, turnsRed }: BackupDefect): Target {
  const good = continuumReport.backups["postgres"];
  if (good === undefined) throw new Error(`${continuumReport.name} does not back up PostgreSQL`);
  const { ledgers, checks } = good;
  const env = { DATABASE_URL: "postgres://continuum:continuum@{{node:postgres}}/continuum_db" };
  const postgres = { by: "command" as const, backUp: [...command, "back-up", "{{backup}}"], restore: [...command, "restore", "{{backup}}"], env, ledgers, checks };
  return defineTarget({ ...continuumReport, name, title, variantOf: continuumReport.name, turnsRed, shownBy: ["backup-restore"], backups: { ...continuumReport.backups, postgres } });
}
