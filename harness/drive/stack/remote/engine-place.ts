/**
 * Where the container engine is, and whether it may be used there. This machine's own may always be; one on another machine, such as the engine beside a
 * job of CI, only when the committed allow file names it, and then at the address that its name had when the run began (R29).
 */

import { isIP } from "node:net";
import { RoadworthyError } from "../../../base/error.ts";
import { formatAddress, isLoopbackAddress, parseAddress, type HostAndPort } from "../../../base/loopback-address.ts";
import { allowFileName, type ComposeAllowance } from "../../../scenario/target/allow.ts";
import type { Resolve } from "../../guard/guard.ts";
import { pinAllowed } from "../../guard/pin-allowed.ts";
import { permitEngine } from "../../supervisor/system/engine.ts";
import { engineEndpoint } from "../tools/container-engine.ts";

export interface EnginePlace {
  /** As DOCKER_HOST says it, with a literal address. */
  readonly endpoint: string;
  /** Address of the other machine that it is on; null: this one. */
  readonly elsewhere: string | null;
}

const scheme = "tcp://";

/** Errors: `not-allowed` for one on another machine that the allow file does not name, `stack-unavailable` for one that speaks TLS. */
export async function placeOfEngine(environment: Readonly<Record<string, string>>, allowed: ComposeAllowance["engines"], resolve?: Resolve): Promise<EnginePlace> {
  const endpoint = engineEndpoint(environment);
  const place = endpoint.startsWith(scheme) ? parseAddress(endpoint.slice(scheme.length)) : null;
  if (place === null) return { endpoint, elsewhere: null };
  if ((environment["DOCKER_TLS_VERIFY"] ?? "") !== "") {
    throw new RoadworthyError("stack-unavailable", `the container engine at ${endpoint} is to be spoken to over TLS, which is not possible here`, { where: endpoint, hint: "unset DOCKER_TLS_VERIFY and name its socket, or a port without TLS (DOCKER_TLS_CERTDIR= for docker:dind), in DOCKER_HOST" });
  }
  if (place.host === "localhost") return { endpoint: `${scheme}${formatAddress({ ...place, host: "127.0.0.1" })}`, elsewhere: null };
  if (isIP(place.host) !== 0 && isLoopbackAddress(place.host)) return { endpoint, elsewhere: null };
  return await elsewhere(place, allowed, resolve);
}

async function elsewhere({ host, port }: HostAndPort, allowed: ComposeAllowance["engines"], resolve?: Resolve): Promise<EnginePlace> {
  if (!allowed.some((entry) => entry.host === host && entry.port === port)) {
    throw new RoadworthyError("not-allowed", `the container engine at ${formatAddress({ host, port })} is on another machine`, {
      where: allowFileName,
      hint: `use this machine's own, or allow it in ${allowFileName}, under compose: engines: [{ host: ${host}, port: ${port}, reason: … }]`,
    });
  }
  const [pinned = ""] = await pinAllowed([{ host, port }], resolve);
  const endpoint = `${scheme}${pinned}`;
  permitEngine(endpoint);
  return { endpoint, elsewhere: parseAddress(pinned)?.host ?? host };
}
