/** The workers start only when no more documents come in: by day nothing is finished. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const nightShift = variant({
  name: "broken/night-shift",
  title: "Workers that wait for the night",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/night-shift"),
  turnsRed: ["CON-01", "CON-02", "CON-04", "CON-13"],
  shownBy: ["steady"],
});
