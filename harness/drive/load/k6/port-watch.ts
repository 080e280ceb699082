/**
 * What k6's own block list cannot say: that of an allowed address only one port is. A request that went to another one has been sent when
 * its point comes, so this ends the script at the first, and the run with it. It sees the URLs that k6 tells: a request that the script gives a
 * name of its own has only that. Loopback is open on all ports, and what was blocked was not sent.
 */

import { RoadworthyError } from "../../../base/error.ts";
import { parseAddress } from "../../../base/loopback-address.ts";
import { canonicalAddress, guardOf, refusal } from "../../guard/guard.ts";
import type { Point } from "./points.ts";

/** k6's error code for an address on its block list. */
const blocked = "1110";

/** Throws `not-allowed` for a request to a port that nobody allowed, and `usage` for a point that does not say enough to tell. */
export function portWatch(allowed: readonly string[]): (point: Point) => void {
  const places = allowed.flatMap((pair) => parseAddress(pair) ?? []);
  const guard = guardOf(allowed);
  return ({ tags }) => {
    if (tags["status"] === undefined) throw untold();
    if (places.length === 0 || tags["error_code"] === blocked) return;
    const url = URL.parse(tags["url"] ?? "");
    if (url === null) return;
    const port = url.port === "" ? (url.protocol === "https:" || url.protocol === "wss:" ? 443 : 80) : Number(url.port);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const literal = canonicalAddress(host);
    const isOpen = literal === null ? host === "localhost" || places.some((place) => place.port === port) : guard(literal, port);
    if (!isOpen) throw refusal({ host, port });
  };
}

function untold(): RoadworthyError {
  return new RoadworthyError("usage", "the script leaves out the system tag status, without which nobody knows which requests failed", {
    hint: "leave systemTags out of the script's options, or keep status, method, name, url, error and error_code in it",
  });
}
