/** Connections break off once the server has sent so much over them: an answer that is cut in the middle. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, metByTrip, unavailableLinks } from "./link.ts";

export const linkLimit: Fault<Extract<FaultSpec, { kind: "link-limit" }>> = {
  about: {
    does: "closes a connection over the links once the server has sent `bytes` over it",
    undo: "removes the toxic at the proxy",
    felt: "the proxy saw a connection through each link meet it",
    settled: "a fresh connection through each link is answered",
  },
  unavailable: ({ links }, stack) => unavailableLinks(links, stack),
  inject: ({ links, bytes }, stack, context) =>
    addToxics(stack, context, {
      links,
      toxic: { type: "limit_data", attributes: { bytes } },
      felt: (link, toxic) => metByTrip(stack, link, toxic),
      settled: (link) => answersAgain(stack, link),
    }),
};
