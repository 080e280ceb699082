/** All is restored, into a database that nobody looks into. */

import { nodeModule } from "../../harness/index.ts";
import { backupVariant } from "./backup-variant.ts";

export const misplacedRestore = backupVariant({
  name: "broken/misplaced-restore",
  title: "A restore into the wrong database",
  command: nodeModule(import.meta.url, "service/backups/misplaced-restore"),
  turnsRed: ["CON-38", "CON-97"],
});
