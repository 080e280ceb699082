/** A restore into a database beside the one that the service uses. */

import { connected, fillTables, readExport, readTables, runBackup, writeExport } from "./table-export.ts";

const beside = "continuum_restored";

await runBackup({
  backUp: async (folder, url) => writeExport(folder, await readTables(url)),
  restore: async (folder, url) => {
    await connected(url, (client) => client.query(`CREATE DATABASE ${beside}`));
    const place = new URL(url);
    place.pathname = `/${beside}`;
    await fillTables(place.href, readExport(folder));
  },
});
