/** What the server sends comes at a limited rate: a full line, or a neighbour that fills it. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, metByTrip, unavailableLinks } from "./link.ts";

export const linkBandwidth: Fault<Extract<FaultSpec, { kind: "link-bandwidth" }>> = {
  about: {
    does: "lets what the server sends over the links through at `kilobytesPerSecond`",
    undo: "removes the toxic at the proxy",
    felt: "the proxy saw a connection through each link meet it",
    settled: "a fresh connection through each link is answered",
  },
  unavailable: ({ links }, stack) => unavailableLinks(links, stack),
  inject: ({ links, kilobytesPerSecond }, stack, context) =>
    addToxics(stack, context, {
      links,
      toxic: { type: "bandwidth", attributes: { rate: kilobytesPerSecond } },
      felt: (link, toxic) => metByTrip(stack, link, toxic),
      settled: (link) => answersAgain(stack, link),
    }),
};
