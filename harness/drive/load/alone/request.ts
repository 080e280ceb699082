/** The one request of `roadworthy load`, and what fills its places. */

import { RoadworthyError } from "../../../base/error.ts";
import { dice, type Dice } from "../../../base/random.ts";
import type { Route } from "../../../scenario/route.ts";
import { placesOf } from "../../../scenario/template.ts";
import type { Journey } from "../prepared-request.ts";
import { requestTemplate } from "../http/request-template.ts";
import type { AloneConfig } from "./config.ts";

/** Statuses from here on are errors; a redirect that is not followed counts as an answer. */
const firstBadStatus = 400;

/** Makes the journey of arrival n: one request. Throws `target-invalid` for a path, header or place that cannot be sent. */
export function prepareJourneys({ route, seed, redirects }: Pick<AloneConfig, "route" | "seed" | "redirects">): (n: number) => Journey {
  refuseCaptures(route);
  const render = requestTemplate({ name: "load", route, address: unnamed, ledgers: new Map() });
  const plain = {
    route: 0,
    origin: 0,
    isHead: route.method === "HEAD",
    keepBody: false,
    redirects,
    fault: (status: number) => (status < firstBadStatus ? null : "status"),
  } as const;
  return (n) => {
    let isMade = false;
    return () => {
      if (isMade) return null;
      isMade = true;
      return { ...plain, bytes: render({ n, id: "", roll: lazyDice(seed, n), captured: nothing }) };
    };
  };
}

/** The route has a host header of its own. */
const unnamed = { host: "127.0.0.1", port: 80 };
const nothing: ReadonlyMap<string, string> = new Map();

function refuseCaptures({ path, headers, body = "" }: Route): void {
  if (![path, ...Object.values(headers), body].flatMap(placesOf).some(({ name }) => name === "captured")) return;
  throw new RoadworthyError("usage", "{{captured}} has no request before this one to take something from", { hint: "a journey of more than one request is a scenario's: roadworthy run" });
}

/** Each arrival has dice of its own, so that its data does not depend on which process sends it. They cost nothing until they are rolled. */
function lazyDice(seed: number, n: number): Dice {
  let roll: Dice | null = null;
  return () => {
    roll ??= dice(seed, `load/data/${n}`);
    return roll();
  };
}
