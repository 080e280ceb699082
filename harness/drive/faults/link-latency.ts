/** Everything that the server sends over the links comes later. */

import { parseDurationMs } from "../../base/duration.ts";
import { delayStages } from "../../scenario/compose/ramp.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { addToxics, answersAgain, countedByProxy, healthyWithinMs, languageOfLink, tripThrough, unavailableLinks } from "./link.ts";

/** A delay shorter than this cannot be told from a slow moment of the machine: there, an answer is enough. */
const shortestTellingMs = 20;

export const linkLatency: Fault<Extract<FaultSpec, { kind: "link-latency" }>> = {
  about: {
    does: "delays what the server sends over the links by `delay` ± `jitter`; the delay may change in stages",
    undo: "removes the toxic at the proxy",
    felt: "an exchange on a fresh connection through each link takes at least the delay",
    settled: "an exchange on a fresh connection through each link takes less than the delay",
  },
  unavailable: ({ links }, stack) => unavailableLinks(links, stack),
  inject: ({ links, delay, jitter }, stack, context) => {
    const [first, ...later] = delayStages(delay, context.holdMs);
    const jitterMs = parseDurationMs(jitter);
    const longestMs = Math.max(first.delayMs, ...later.map((stage) => stage.delayMs));
    let { delayMs } = first;
    return addToxics(stack, context, {
      links,
      toxic: { type: "latency", attributes: { latency: delayMs, jitter: jitterMs } },
      stages: later.map((stage) => ({
        afterMs: stage.afterMs,
        to: `delay ${stage.delayMs} ms`,
        attributes: { latency: stage.delayMs, jitter: jitterMs },
        reached: () => {
          delayMs = stage.delayMs;
        },
      })),
      felt: async (link, toxic) => {
        const beforeMs = delayMs;
        const { tookMs, problem } = await tripThrough(stack, link, healthyWithinMs + 4 * (longestMs + jitterMs));
        // A bare connection is not delayed, only what is sent over it.
        if (languageOfLink(stack, link).speak === "tcp") return await countedByProxy(stack, link, toxic);
        // A stage may have begun under way. A ramp that is at 0 as yet shows nothing.
        const leastMs = Math.min(beforeMs, delayMs);
        const isTelling = leastMs > 0 || later.length === 0;
        return problem === null && isTelling && tookMs >= Math.max(0, leastMs - jitterMs) ? `an exchange through ${link} took ${tookMs.toFixed(1)} ms` : null;
      },
      settled: (link) => answersAgain(stack, link, delayMs >= shortestTellingMs ? delayMs : Number.POSITIVE_INFINITY),
    });
  },
};
