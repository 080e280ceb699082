/** While a store is down, ingest answers 500 and leaves open what became of the document. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const unclearRefusals = variant({
  name: "broken/unclear-refusals",
  title: "An API that fails where it should refuse",
  node: "api",
  command: nodeModule(import.meta.url, "service/api/unclear-refusals"),
  turnsRed: ["CON-95"],
  shownBy: ["redis-outage"],
});
