/** The HTTP API: takes documents in and tells how they stand. */

import { apiConfig } from "./api/api-config.ts";
import { apiParts } from "./api/api-parts.ts";
import { apiRoutes } from "./api/api-routes.ts";
import { startApi } from "./api/start-api.ts";
import { runEntry } from "./base/lifecycle.ts";

await runEntry(() => {
  const parts = apiParts(apiConfig(process.env));
  return startApi(parts, apiRoutes(parts));
});
