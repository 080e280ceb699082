/** Workers take jobs off the queue before they have done them: a killed worker takes its document along. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const losesOnKill = variant({
  name: "broken/loses-on-kill",
  title: "Workers that lose the document they are at",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/loses-on-kill"),
  turnsRed: ["CON-92"],
  shownBy: ["worker-kill"],
});
