/** A back-up of the tables without what is in them. */

import { fillTables, readExport, readTables, runBackup, writeExport } from "./table-export.ts";

await runBackup({
  backUp: async (folder, url) => {
    const { takenAt } = await readTables(url);
    writeExport(folder, { takenAt, rows: {} });
  },
  restore: (folder, url) => fillTables(url, readExport(folder)),
});
