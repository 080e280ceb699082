/** The second back-up is left out because there is a first one: what is restored is older than an hour of work may be. */

import { nodeModule } from "../../harness/index.ts";
import { backupVariant } from "./backup-variant.ts";

export const staleBackup = backupVariant({
  name: "broken/stale-backup",
  title: "A back-up that is never renewed",
  command: nodeModule(import.meta.url, "service/backups/stale-backup"),
  turnsRed: ["CON-07", "CON-38"],
});
