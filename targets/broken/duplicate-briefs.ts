/** A document can get two briefs: the unique constraint is gone and a redelivery is written again. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const duplicateBriefs = variant({
  name: "broken/duplicate-briefs",
  title: "Workers that write a second brief",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/duplicate-briefs"),
  turnsRed: ["CON-27", "CON-65"],
  shownBy: ["worker-kill"],
});
