/** The supervisor of the workers wants a setting that nobody gives: it ends as often as it is started. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const neverStarts = variant({
  name: "broken/never-starts",
  title: "A supervisor that does not start",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/never-starts"),
  turnsRed: ["CON-96"],
  shownBy: ["steady"],
});
