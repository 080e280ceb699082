/** PostgreSQL by `pg_dump`: one database, as it was when the dump began. */

import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { nowUs } from "../../base/time.ts";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import type { BackupMethod } from "./backup.ts";
import { sizeOf } from "./files.ts";
import { notRestorable, volumeOf } from "./volume-of.ts";
import { adminLogin, connection, postgresTool, whyNoPostgresTools } from "./postgres-tools.ts";

export const dump: BackupMethod<Extract<BackupSpec, { by: "dump" }>> = {
  about: {
    backsUp: "`pg_dump` of the node's database, in its own format",
    restores: "an empty server with the target's user and database, filled by `pg_restore` in one transaction",
    age: "since the dump began: its snapshot is no older",
  },
  unavailable: (site) => whyNoPostgresTools(["pg_dump", "pg_restore"], site),
  backUp: async (site) => {
    const { args, env } = connection(site);
    const making = join(site.folder, "making.dump");
    const { database } = adminLogin(site);
    const command = [await postgresTool("pg_dump", site), ...args, "--format=custom", "--file", making, database];
    const asOfUs = nowUs();
    await site.runTool({ command, env });
    // The last one stays until there is a whole new one.
    renameSync(making, join(site.folder, "last.dump"));
    return { asOfUs, bytes: sizeOf(join(site.folder, "last.dump")), what: `pg_dump of ${database}` };
  },
  restore: async (site, last) => {
    const file = join(site.folder, "last.dump");
    if (!existsSync(file)) throw notRestorable(site.node, "there is no dump");
    await volumeOf(site).renew(null);
    const { args, env } = connection(site);
    const { database } = adminLogin(site);
    await site.runTool({ command: [await postgresTool("pg_restore", site), ...args, "--dbname", database, "--single-transaction", "--exit-on-error", file], env });
    return last;
  },
};
