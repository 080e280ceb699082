/** The supervisor keeps four workers where five are promised. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const thinCrew = variant({
  name: "broken/thin-crew",
  title: "A crew below its promised size",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/thin-crew"),
  turnsRed: ["CON-08"],
  shownBy: ["steady"],
});
