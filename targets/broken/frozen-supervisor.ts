/** The supervisor of the workers answers nobody while it waits for Redis. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const frozenSupervisor = variant({
  name: "broken/frozen-supervisor",
  title: "A supervisor that waits with all it has",
  node: "workers",
  command: nodeModule(import.meta.url, "service/crew/frozen-supervisor"),
  turnsRed: ["CON-46"],
  shownBy: ["redis-outage"],
});
