/** The tables are backed up, and nothing that is in them. */

import { nodeModule } from "../../harness/index.ts";
import { backupVariant } from "./backup-variant.ts";

export const emptyBackup = backupVariant({
  name: "broken/empty-backup",
  title: "A back-up without anything in it",
  command: nodeModule(import.meta.url, "service/backups/empty-backup"),
  turnsRed: ["CON-07", "CON-38"],
});
