/** A back-up that is made once: whoever finds one there takes it for today's. */

import { existsSync } from "node:fs";
import { logLine } from "../../../continuum-report/service/base/log-line.ts";
import { exportFile, fillTables, readExport, readTables, runBackup, writeExport } from "./table-export.ts";

await runBackup({
  backUp: async (folder, url) => {
    if (existsSync(exportFile(folder))) logLine("there is a back-up already");
    else writeExport(folder, await readTables(url));
  },
  restore: (folder, url) => fillTables(url, readExport(folder)),
});
