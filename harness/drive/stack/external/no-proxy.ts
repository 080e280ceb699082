/** In the place of a proxy where there is none. */

import { RoadworthyError } from "../../../base/error.ts";
import type { ProxyClient } from "../../proxy/client.ts";

export const noProxy: ProxyClient = {
  createLink: refuse,
  removeLink: refuse,
  addToxic: refuse,
  changeToxic: refuse,
  removeToxic: refuse,
  setEnabled: refuse,
  setUpstream: refuse,
  reset: () => Promise.resolve(),
  list: () => Promise.resolve([]),
  stats: () => Promise.resolve(null),
  version: refuse,
};

async function refuse(): Promise<never> {
  return await Promise.reject(new RoadworthyError("proxy-unavailable", "this target has no Toxiproxy", { hint: "name one in the target's `external`" }));
}
