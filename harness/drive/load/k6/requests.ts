/**
 * Points → requests. k6 tells when a request ended and how long it took, by the wall clock, and nothing of when it was due: its start is the
 * end less the duration, and so its latencies are service times. An iteration that it dropped is a request that was due and not sent.
 */

import { unixUsOfIsoTime } from "../../../base/time.ts";
import type { RequestOutcome } from "../../../log/event.ts";
import type { Route } from "../../../scenario/route.ts";
import type { GuestRequest } from "../guest/guest.ts";
import type { KnownRoutes } from "./known-routes.ts";
import type { Point } from "./points.ts";

export interface RequestContext {
  routes: Readonly<Record<string, Route>>;
  routeNames: readonly string[];
  /** Number of the route that everything else counts under. */
  otherwise: number;
  known: KnownRoutes;
  /** Microseconds since 1970 less the host's monotonic clock, when the script was started. */
  offsetUs: number;
}

/** Of a point of `http_req_duration`; null when its time cannot be read. */
export function requestOf(point: Point, context: RequestContext): GuestRequest | null {
  const endUs = unixUsOfIsoTime(point.time) - context.offsetUs;
  if (!Number.isFinite(endUs)) return null;
  const { tags } = point;
  const name = context.known.find({ method: tags["method"] ?? "", name: tags["name"] ?? "", url: tags["url"] ?? "" });
  const route = name === null ? context.otherwise : context.routeNames.indexOf(name);
  const status = Number(tags["status"] ?? 0);
  const outcome = status === 0 ? failureOf(Number(tags["error_code"] ?? 0), tags["error"] ?? "") : answered(status, name === null ? undefined : context.routes[name], tags);
  const startUs = endUs - Math.max(0, point.value) * 1000;
  return { route, startUs, endUs, status, outcome, bytes: 0, message: messageOf(outcome, status, tags) };
}

/** Of a point of `dropped_iterations`: as many as it counts. */
export function droppedOf(point: Point, context: RequestContext): GuestRequest[] {
  const atUs = unixUsOfIsoTime(point.time) - context.offsetUs;
  if (!Number.isFinite(atUs)) return [];
  const message = "k6 dropped the iteration: no free virtual user";
  return Array.from({ length: Math.max(0, Math.floor(point.value)) }, () => ({ route: context.otherwise, startUs: atUs, endUs: atUs, status: 0, outcome: "dropped", bytes: 0, message }));
}

/** A route of the target is judged by what the target says is good, anything else by what the script does. Bodies are not told. */
function answered(status: number, route: Route | undefined, tags: Point["tags"]): RequestOutcome {
  const isExpected = route === undefined ? tags["expected_response"] !== "false" : route.expect.status.includes(status);
  return isExpected ? "ok" : "status";
}

/** By k6's table of error codes. */
function failureOf(code: number, error: string): RequestOutcome {
  if (code === 1050 || code === 1211) return "timeout";
  if (code >= 1100 && code < 1200) return "refused";
  if (code === 1210 || code === 1212 || code === 1213) return "refused";
  if (code >= 1300 && code < 1400) return "tls";
  return code === 1701 || error.includes("malformed") ? "malformed" : "reset";
}

function messageOf(outcome: RequestOutcome, status: number, tags: Point["tags"]): string {
  if (outcome === "ok") return "";
  return outcome === "status" ? `status ${status}` : (tags["error"] ?? `k6's error ${tags["error_code"] ?? "without a code"}`);
}
