/** A build of the API in which one request in five of the documents' routes is answered 650 ms late. Everything it answers is right. */

import { setTimeout as sleep } from "node:timers/promises";
import { apiConfig } from "../../../continuum-report/service/api/api-config.ts";
import { apiParts } from "../../../continuum-report/service/api/api-parts.ts";
import { apiRoutes } from "../../../continuum-report/service/api/api-routes.ts";
import { startApi } from "../../../continuum-report/service/api/start-api.ts";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import type { Route } from "../../../continuum-report/service/base/route-table.ts";

const latenessMs = 650;
const everyNth = 5;

/** Late after the work is done, so that nothing else about the request changes. */
function makeLate(route: Route): Route {
  if (!route.path.startsWith("/api/")) return route;
  let requests = 0;
  return {
    ...route,
    async answer(ask) {
      requests += 1;
      const late = requests % everyNth === 0;
      const answer = await route.answer(ask);
      if (late) await sleep(latenessMs);
      return answer;
    },
  };
}

await runEntry(() => {
  const config = apiConfig(process.env);
  // Its limit on requests is wider by as much, or a late answer would turn into a refusal.
  const parts = apiParts({ ...config, requestLimitMs: config.requestLimitMs + latenessMs });
  return startApi(parts, apiRoutes(parts).map(makeLate));
});
