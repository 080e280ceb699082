/** Connections are reset as soon as the server answers: it has done its work, and the client does not know. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, countedByProxy, languageOfLink, silentForMs, tripThrough, unavailableLinks } from "./link.ts";

export const linkReset: Fault<Extract<FaultSpec, { kind: "link-reset" }>> = {
  about: {
    does: "resets connections over the links at the server's first answer",
    undo: "removes the toxic at the proxy",
    felt: "a fresh connection through each link is reset",
    settled: "a fresh connection through each link is answered",
  },
  unavailable: ({ links }, stack) => unavailableLinks(links, stack),
  inject: ({ links }, stack, context) =>
    addToxics(stack, context, {
      links,
      toxic: { type: "reset_peer", attributes: { timeout: 0 } },
      felt: async (link, toxic) => {
        const { problem, tookMs } = await tripThrough(stack, link, silentForMs);
        if (languageOfLink(stack, link).speak === "tcp") return await countedByProxy(stack, link, toxic);
        return problem !== null && tookMs < silentForMs ? `a fresh connection through ${link}: ${problem}` : null;
      },
      settled: (link) => answersAgain(stack, link),
    }),
};
