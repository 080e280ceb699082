/** Connections over the links are refused, and the open ones closed: an outage as the client sees it, with the server alive. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { carryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { answersAgain, onEvery, silentForMs, tripThrough, unavailableLinks, undoOfDisabled } from "./link.ts";

export const linkDown: Fault<Extract<FaultSpec, { kind: "link-down" }>> = {
  about: {
    does: "refuses connections over the links and closes the open ones",
    undo: "enables the links at the proxy",
    felt: "a fresh connection through each link is refused",
    settled: "a fresh connection through each link is answered",
  },
  unavailable: ({ links }, stack) => unavailableLinks(links, stack),
  inject: ({ links }, stack, context) =>
    carryOut(stack, context, {
      undos: links.map((link) => undoOfDisabled(stack, link)),
      act: async () => {
        await Promise.all(links.map((link) => stack.proxy.setEnabled(link, false)));
      },
      felt: () =>
        onEvery(links, async (link) => {
          const { problem } = await tripThrough(stack, link, silentForMs);
          return problem === null ? null : `a fresh connection through ${link}: ${problem}`;
        }),
      settled: () => onEvery(links, (link) => answersAgain(stack, link)),
    }),
};
