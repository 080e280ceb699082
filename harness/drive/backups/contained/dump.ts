/** `dump` in a container: its own `pg_dump` and `pg_restore`, whose dump never touches the container's disk. */

import { createReadStream } from "node:fs";
import { join } from "node:path";
import { nowUs } from "../../../base/time.ts";
import type { BackupSpec } from "../../../scenario/drill/backup.ts";
import type { ContainedMethod } from "../backup.ts";
import { adminLogin } from "../postgres-tools.ts";
import { containerVolumeOf } from "../volume-of.ts";
import { runInside, whyNotInside } from "./postgres-inside.ts";
import { keep, kept } from "./store-container.ts";

const file = "last.dump";

export const dumpInside: ContainedMethod<Extract<BackupSpec, { by: "dump" }>> = {
  unavailable: (site) => whyNotInside(["pg_dump", "pg_restore"], site),
  backUp: async (site) => {
    const { database } = adminLogin(site);
    const asOfUs = nowUs();
    const bytes = await keep(join(site.folder, file), (output) => runInside("pg_dump", ["--format=custom", database], { site, output }));
    return { asOfUs, bytes, what: `pg_dump of ${database}` };
  },
  restore: async (site, last) => {
    const path = kept(site, file);
    const { database } = adminLogin(site);
    await containerVolumeOf(site).renew(null);
    // What the image itself puts into a new database, from scripts of the user's, is in the dump as well.
    await runInside("pg_restore", ["--dbname", database, "--single-transaction", "--exit-on-error", "--clean", "--if-exists"], { site, input: createReadStream(path) });
    return last;
  },
};
