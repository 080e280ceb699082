/** A build of the API in which every twentieth question for one document ends in an internal error. */

import { apiConfig } from "../../../continuum-report/service/api/api-config.ts";
import { apiParts } from "../../../continuum-report/service/api/api-parts.ts";
import { apiRoutes } from "../../../continuum-report/service/api/api-routes.ts";
import { startApi } from "../../../continuum-report/service/api/start-api.ts";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import type { Route } from "../../../continuum-report/service/base/route-table.ts";

const everyNth = 20;

function failSometimes(route: Route): Route {
  if (route.path !== "/api/continuum/documents/:id") return route;
  let requests = 0;
  return {
    ...route,
    answer(ask) {
      requests += 1;
      return requests % everyNth === 0 ? { status: 500, body: { status: "error", message: "internal error" } } : route.answer(ask);
    },
  };
}

await runEntry(() => {
  const parts = apiParts(apiConfig(process.env));
  return startApi(parts, apiRoutes(parts).map(failSometimes));
});
