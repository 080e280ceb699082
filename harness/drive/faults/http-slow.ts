/** Answers that begin at once and then dribble: the case that a time limit on the first byte misses. */

import { parseDurationMs } from "../../base/duration.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { requestsWitness, strikeRequests, unavailableRequests } from "./http-requests.ts";

export const httpSlow: Fault<Extract<FaultSpec, { kind: "http-slow" }>> = {
  about: { does: "delays the bodies of the answers to a `share` of the requests to a route by `delay`, and lets them through at `bytesPerSecond`", ...requestsWitness },
  unavailable: unavailableRequests,
  inject: (spec, stack, context) =>
    strikeRequests(stack, context, {
      spec,
      toxic: { type: "http_slow", attributes: { delay: Math.round(parseDurationMs(spec.delay)), rate: spec.bytesPerSecond, method: spec.method, path: spec.path } },
    }),
};
