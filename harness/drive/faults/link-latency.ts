/** Everything that the server sends over the links comes later. */

import { parseDurationMs } from "../../base/duration.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, countedByProxy, healthyWithinMs, languageOfLink, tripThrough, unavailableLinks } from "./link.ts";

/** A delay shorter than this cannot be told from a slow moment of the machine: there, an answer is enough. */
const shortestTellingMs = 20;

export const linkLatency: Fault<Extract<FaultSpec, { kind: "link-latency" }>> = {
  about: {
    does: "delays what the server sends over the links by `delay` ± `jitter`",
    undo: "removes the toxic at the proxy",
    felt: "an exchange on a fresh connection through each link takes at least the delay",
    settled: "an exchange on a fresh connection through each link takes less than the delay",
  },
  unavailable: ({ links }, stack) => unavailableLinks(links, stack),
  inject: ({ links, delay, jitter }, stack, context) => {
    const delayMs = parseDurationMs(delay);
    const jitterMs = parseDurationMs(jitter);
    const leastMs = Math.max(0, delayMs - jitterMs);
    return addToxics(stack, context, {
      links,
      toxic: { type: "latency", attributes: { latency: delayMs, jitter: jitterMs } },
      felt: async (link, toxic) => {
        const { tookMs, problem } = await tripThrough(stack, link, healthyWithinMs + 4 * (delayMs + jitterMs));
        // A bare connection is not delayed, only what is sent over it.
        if (languageOfLink(stack, link).speak === "tcp") return await countedByProxy(stack, link, toxic);
        return problem === null && tookMs >= leastMs ? `an exchange through ${link} took ${tookMs.toFixed(1)} ms` : null;
      },
      settled: (link) => answersAgain(stack, link, delayMs >= shortestTellingMs ? delayMs : Number.POSITIVE_INFINITY),
    });
  },
};
