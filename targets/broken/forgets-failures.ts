/** The workers do not count the first two failures of a document: it is tried five times, with the same pause before most of them. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const forgetsFailures = variant({
  name: "broken/forgets-failures",
  title: "Workers that try too often",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/forgets-failures"),
  turnsRed: ["CON-22", "CON-24", "CON-63"],
  shownBy: ["steady"],
});
