/** Fills the `{{…}}` places of a target's commands and environments once it is decided who listens where. */

import { formatAddress } from "../../../base/loopback-address.ts";
import { fillTemplate, parseTemplate, type Place } from "../../../scenario/template.ts";
import { nodeAddress } from "../address.ts";
import type { Layout, Replica } from "./layout.ts";

export interface PlaceContext {
  readonly run: string;
  readonly scratchFolder: string;
  readonly layout: Layout;
  /** The process whose command or environment it is; null for commands of the target as a whole. */
  readonly replica: Replica | null;
}

/**
 * {{port}} and {{port:name}}: the own port · {{node:name}} and {{node:name:port}}: host:port of a node · {{link:name}}: host:port of a link
 * · {{run}} · {{scratch}}: folder for temporary data · {{instance}}: number of the replica. Throws `target-invalid` for any other.
 */
export function fillPlaces(text: string, context: PlaceContext): string {
  return fillTemplate(parseTemplate(text), (place) => valueOf(place, context));
}

function valueOf({ name, arguments: [first, second] }: Place, { run, scratchFolder, layout, replica }: PlaceContext): string | undefined {
  switch (name) {
    case "port": {
      const port = replica?.ports[first ?? "main"];
      return port === undefined ? undefined : String(port.port);
    }
    case "node":
      return first === undefined ? undefined : formatAddress(nodeAddress(layout.addresses, first, second));
    case "link": {
      const link = first === undefined ? undefined : layout.addresses.links[first];
      return link === undefined ? undefined : formatAddress(link);
    }
    case "run":
      return run;
    case "scratch":
      return scratchFolder;
    case "instance":
      return replica === null ? undefined : String(replica.number);
    default:
      return undefined;
  }
}
