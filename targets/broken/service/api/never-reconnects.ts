/** A build of the API that opens one connection to PostgreSQL when it starts and never another one: after an outage it answers 503 for good. */

import { Client } from "pg";
import { apiConfig } from "../../../continuum-report/service/api/api-config.ts";
import { apiParts } from "../../../continuum-report/service/api/api-parts.ts";
import { apiRoutes } from "../../../continuum-report/service/api/api-routes.ts";
import { startApi } from "../../../continuum-report/service/api/start-api.ts";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { statementFailure } from "../../../continuum-report/service/store/database-failure.ts";
import type { Database } from "../../../continuum-report/service/store/database.ts";

const limitMs = 900;

async function connectOnce(url: string): Promise<Database> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: limitMs, query_timeout: limitMs });
  client.on("error", () => undefined);
  await client.connect();
  return {
    async query(statement) {
      try {
        const result = await client.query(statement.text, [...(statement.values ?? [])]);
        return result.rows;
      } catch (error) {
        throw statementFailure(error);
      }
    },
    close: () => client.end(),
  };
}

await runEntry(async () => {
  const config = apiConfig(process.env);
  const parts = apiParts(config, { database: await connectOnce(config.databaseUrl) });
  return startApi(parts, apiRoutes(parts));
});
