/** The stores that a ledger can be written to. */

import type { StoreSpec } from "../../../scenario/target/ledger.ts";
import { redisConnections } from "./redis.ts";
import type { Connect, StoreDoor } from "./store.ts";
import { createTable, tableConnections } from "./table.ts";

/** Makes what has to be there before the first write. */
export async function prepareStore(spec: StoreSpec, door: StoreDoor): Promise<void> {
  if (spec.kind === "table") await createTable(spec, door);
}

export function connectionsOf(spec: StoreSpec, door: StoreDoor): Connect {
  switch (spec.kind) {
    case "table":
      return tableConnections(spec, door);
    case "queue":
    case "key-value":
      return redisConnections(spec, door);
  }
}
