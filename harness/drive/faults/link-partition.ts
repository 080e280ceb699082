/** What is sent in one direction does not arrive, and neither side is told: half of a parted network, the case that heartbeats of one side miss. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, countedByProxy, languageOfLink, silentForMs, tripThrough, unavailableBeyondToxiproxy } from "./link.ts";

/** A timer may fire a moment early by the clock that measures it. */
const timerSlackMs = 20;

export const linkPartition: Fault<Extract<FaultSpec, { kind: "link-partition" }>> = {
  about: {
    does: "lets nothing through the links in one `direction`; it arrives once healed, as TCP would send it again",
    undo: "removes the toxic at the proxy",
    felt: `a fresh connection through each link gets no answer within ${silentForMs} ms`,
    settled: "a fresh connection through each link is answered",
  },
  unavailable: ({ links }, stack) => unavailableBeyondToxiproxy(links, stack),
  inject: ({ links, direction }, stack, context) =>
    addToxics(stack, context, {
      links,
      toxic: { type: "partition", attributes: {} },
      stream: direction === "to-server" ? "upstream" : "downstream",
      felt: async (link, toxic) => {
        const { problem, tookMs } = await tripThrough(stack, link, silentForMs + timerSlackMs);
        if (languageOfLink(stack, link).speak === "tcp") return await countedByProxy(stack, link, toxic);
        return problem !== null && tookMs >= silentForMs ? `a fresh connection through ${link} got no answer within ${silentForMs} ms` : null;
      },
      settled: (link) => answersAgain(stack, link),
    }),
};
