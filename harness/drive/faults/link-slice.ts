/** What the server sends comes in small pieces: the test for whoever takes one read for one message. */

import { msToUs, parseDurationMs } from "../../base/duration.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, metByTrip, unavailableLinks } from "./link.ts";

export const linkSlice: Fault<Extract<FaultSpec, { kind: "link-slice" }>> = {
  about: {
    does: "cuts what the server sends over the links into pieces of `averageBytes` ± `variationBytes`, with a `pause` after each",
    undo: "removes the toxic at the proxy",
    felt: "the proxy saw a connection through each link meet it",
    settled: "a fresh connection through each link is answered",
  },
  unavailable: ({ links }, stack) => unavailableLinks(links, stack),
  inject: ({ links, averageBytes, variationBytes, pause }, stack, context) =>
    addToxics(stack, context, {
      links,
      toxic: { type: "slicer", attributes: { average_size: averageBytes, size_variation: variationBytes, delay: Math.round(msToUs(parseDurationMs(pause))) } },
      felt: (link, toxic) => metByTrip(stack, link, toxic),
      settled: (link) => answersAgain(stack, link),
    }),
};
