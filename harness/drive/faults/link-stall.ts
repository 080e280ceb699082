/** Connections are accepted and nothing comes back: a black hole, the outage that only time limits notice. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, countedByProxy, languageOfLink, silentForMs, tripThrough, unavailableLinks } from "./link.ts";

/** A timer may fire a moment early by the clock that measures it. */
const timerSlackMs = 20;

export const linkStall: Fault<Extract<FaultSpec, { kind: "link-stall" }>> = {
  about: {
    does: "accepts connections over the links and lets no answer through",
    undo: "removes the toxic at the proxy",
    felt: `a fresh connection through each link gets no answer within ${silentForMs} ms`,
    settled: "a fresh connection through each link is answered",
  },
  unavailable: ({ links }, stack) => unavailableLinks(links, stack),
  inject: ({ links }, stack, context) =>
    addToxics(stack, context, {
      links,
      toxic: { type: "timeout", attributes: { timeout: 0 } },
      felt: async (link, toxic) => {
        const { problem, tookMs } = await tripThrough(stack, link, silentForMs + timerSlackMs);
        if (languageOfLink(stack, link).speak === "tcp") return await countedByProxy(stack, link, toxic);
        return problem !== null && tookMs >= silentForMs ? `a fresh connection through ${link} got no answer within ${silentForMs} ms` : null;
      },
      settled: (link) => answersAgain(stack, link),
    }),
};
