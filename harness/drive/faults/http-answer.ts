/** Requests are answered on the way: a dependency that is overloaded (503) or throttles its clients (429 with Retry-After). */

import { parseDurationMs } from "../../base/duration.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { requestsWitness, strikeRequests, unavailableRequests } from "./http-requests.ts";

export const httpAnswer: Fault<Extract<FaultSpec, { kind: "http-answer" }>> = {
  about: { does: "answers a `share` of the requests to a route with `status`, and `retryAfter` where it is set; the server does not see them", ...requestsWitness },
  unavailable: unavailableRequests,
  inject: (spec, stack, context) =>
    strikeRequests(stack, context, {
      spec,
      toxic: { type: "http_answer", attributes: { status: spec.status, retry_after: Math.ceil(parseDurationMs(spec.retryAfter) / 1000), method: spec.method, path: spec.path } },
    }),
};
