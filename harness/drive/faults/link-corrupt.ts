/** Bytes of what the server sends are changed on the way: what only a checksum of the application notices. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, metByTrip, unavailableBeyondToxiproxy } from "./link.ts";

export const linkCorrupt: Fault<Extract<FaultSpec, { kind: "link-corrupt" }>> = {
  about: {
    does: "changes `bytes` bytes in `percent` of the chunks that the server sends over the links",
    undo: "removes the toxic at the proxy",
    felt: "the proxy saw a connection through each link meet it",
    settled: "a fresh connection through each link is answered",
  },
  unavailable: ({ links }, stack) => unavailableBeyondToxiproxy(links, stack),
  inject: ({ links, percent, bytes }, stack, context) =>
    addToxics(stack, context, {
      links,
      toxic: { type: "corrupt", attributes: { percent, bytes } },
      felt: (link, toxic) => metByTrip(stack, link, toxic),
      settled: (link) => answersAgain(stack, link),
    }),
};
