/** Creates the tables, once; running it again changes nothing. Exits 0 when they are there. */

import { Client } from "pg";
import { requiredText } from "./base/environment.ts";
import { messageOf } from "./base/failure.ts";
import { logLine, logTrouble } from "./base/log-line.ts";
import { schemaStatements } from "./store/schema.ts";

const limitMs = 10_000;
/** Two migrations at once would trip over one another in spite of IF NOT EXISTS. The number means nothing. */
const lockNumber = 7_261_001;

async function migrate(): Promise<void> {
  const client = new Client({ connectionString: requiredText(process.env, "DATABASE_URL"), connectionTimeoutMillis: limitMs, query_timeout: limitMs });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [lockNumber]);
    for (const statement of schemaStatements) await client.query(statement);
  } finally {
    await client.end();
  }
}

try {
  await migrate();
  logLine("tables are in place");
} catch (error) {
  logTrouble(`cannot migrate: ${messageOf(error)}`);
  process.exitCode = 1;
}
