/** A worker that lost Redis asks again only after twelve seconds. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const slowToResume = variant({
  name: "broken/slow-to-resume",
  title: "Workers that are late to take up work again",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/slow-to-resume"),
  turnsRed: ["CON-26"],
  shownBy: ["redis-outage"],
});
