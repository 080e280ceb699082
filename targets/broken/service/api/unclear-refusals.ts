/** A build of the API in which an outage under an ingest becomes an internal error: no word on whether the document was kept. */

import { apiConfig } from "../../../continuum-report/service/api/api-config.ts";
import { apiParts } from "../../../continuum-report/service/api/api-parts.ts";
import { apiRoutes } from "../../../continuum-report/service/api/api-routes.ts";
import { startApi } from "../../../continuum-report/service/api/start-api.ts";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { Unavailable } from "../../../continuum-report/service/base/failure.ts";
import type { Route } from "../../../continuum-report/service/base/route-table.ts";

function failInstead(route: Route): Route {
  if (route.path !== "/api/continuum/ingest") return route;
  return {
    ...route,
    async answer(ask) {
      try {
        return await route.answer(ask);
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        return { status: 500, body: { status: "error", message: "internal error" } };
      }
    },
  };
}

await runEntry(() => {
  const parts = apiParts(apiConfig(process.env));
  return startApi(parts, apiRoutes(parts).map(failInstead));
});
