/** Answers whose bodies cannot be read, under heads that are right: a dependency with a defect. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { requestsWitness, strikeRequests, unavailableRequests } from "./http-requests.ts";

export const httpMalformed: Fault<Extract<FaultSpec, { kind: "http-malformed" }>> = {
  about: { does: "makes the bodies of the answers to a `share` of the requests to a route unreadable", ...requestsWitness },
  unavailable: unavailableRequests,
  inject: (spec, stack, context) =>
    strikeRequests(stack, context, {
      spec,
      toxic: { type: "http_malformed", attributes: { method: spec.method, path: spec.path } },
    }),
};
