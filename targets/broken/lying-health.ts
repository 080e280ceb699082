/** The deep health check answers healthy while PostgreSQL is down. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const lyingHealth = variant({
  name: "broken/lying-health",
  title: "A deep health check that says yes to everything",
  node: "api",
  command: nodeModule(import.meta.url, "service/api/lying-health"),
  turnsRed: ["CON-94"],
  shownBy: ["postgres-outage"],
});
