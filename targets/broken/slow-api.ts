/** The API answers a share of requests so late that its 95th percentile is over the limit. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const slowApi = variant({
  name: "broken/slow-api",
  title: "An API that answers too late",
  node: "api",
  command: nodeModule(import.meta.url, "service/api/slow-api"),
  turnsRed: ["CON-93"],
  shownBy: ["steady"],
});
