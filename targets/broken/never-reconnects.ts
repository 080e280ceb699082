/** Once its connection to PostgreSQL broke, the API never opens another. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const neverReconnects = variant({
  name: "broken/never-reconnects",
  title: "An API that never comes back to PostgreSQL",
  node: "api",
  command: nodeModule(import.meta.url, "service/api/never-reconnects"),
  turnsRed: ["CON-91"],
  shownBy: ["postgres-outage"],
});
