/** One document in forty is taken for unreadable and given up on. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const pickyWorkers = variant({
  name: "broken/picky-workers",
  title: "Workers that give up on good documents",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/picky-workers"),
  turnsRed: ["CON-03", "CON-23"],
  shownBy: ["steady"],
});
