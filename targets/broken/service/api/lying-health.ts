/** A build of the API whose deep health check never asks PostgreSQL and says that it is up. */

import { apiConfig } from "../../../continuum-report/service/api/api-config.ts";
import { apiParts } from "../../../continuum-report/service/api/api-parts.ts";
import { apiRoutes } from "../../../continuum-report/service/api/api-routes.ts";
import { checkDependencies } from "../../../continuum-report/service/api/deep-health.ts";
import { startApi } from "../../../continuum-report/service/api/start-api.ts";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import type { Database } from "../../../continuum-report/service/store/database.ts";

/** Stands where the check should ask PostgreSQL. */
const agreeable: Database = { query: () => Promise.resolve([]), close: () => Promise.resolve() };

await runEntry(() => {
  const parts = apiParts(apiConfig(process.env), { checkHealth: (_database, queue, limitMs) => checkDependencies(agreeable, queue, limitMs) });
  return startApi(parts, apiRoutes(parts));
});
