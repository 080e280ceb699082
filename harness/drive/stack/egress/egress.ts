/**
 * Ways out of a stack of containers. There is none but those that the committed allow file names (R38), and these lead through the proxy: in the
 * networks of the services that may use one, the proxy has the name of the place, and goes on to the address that the name had when the run began.
 */

import { isIP } from "node:net";
import { isLoopbackAddress, parseAddress } from "../../../base/loopback-address.ts";
import { RoadworthyError } from "../../../base/error.ts";
import type { ComposeAllowance } from "../../../scenario/target/allow.ts";
import type { Resolve } from "../../guard/guard.ts";
import { pinAllowed } from "../../guard/pin-allowed.ts";
import type { ComposeModel } from "../docker/model.ts";
import { serviceOf } from "../docker/servers.ts";

/** A place outside of the stack. */
export interface WayOut {
  /** By which services call it. */
  readonly host: string;
  readonly port: number;
  /** Those that may; null: all. */
  readonly services: readonly string[] | null;
  /** What the proxy connects to; null: the machine of the engine. */
  readonly address: string | null;
}

/** The machine that the engine runs on, as containers call it. */
const machine = "host.docker.internal";

/** Throws `not-allowed` when a way out leads to the engine's machine, and `why` says that it is not met. */
export function assertMet(out: readonly WayOut[], why: string | null): void {
  const [first] = out.filter(({ address }) => address === null);
  if (first === undefined || why === null) return;
  throw new RoadworthyError("not-allowed", why, { where: `compose.egress: ${first.host}`, hint: "call it by a name that has an address of that machine, not of its loopback, and allow that; or use an engine with root" });
}

/** Errors: `target-invalid` for what cannot be let out by name, `not-allowed` for what may never be touched. Each host is looked up once. */
export async function waysOut(allowed: ComposeAllowance["egress"], model: ComposeModel, resolve?: Resolve): Promise<WayOut[]> {
  const addresses = new Map<string, string | null>();
  for (const { host, port } of allowed) if (!addresses.has(host)) addresses.set(host, await addressOf({ host, port }, model, resolve));
  return allowed.map(({ host, port, services }) => {
    for (const service of services ?? []) serviceOf(model, service);
    return { host, port, services: services ?? null, address: addresses.get(host) ?? null };
  });
}

async function addressOf({ host, port }: { host: string; port: number }, model: ComposeModel, resolve?: Resolve): Promise<string | null> {
  const where = `compose.egress: ${host}`;
  if (isIP(host) !== 0) throw new RoadworthyError("target-invalid", `services cannot be let out to ${host}: the proxy stands in for names, and this is an address`, { where, hint: "give it a name where the service is told what to call" });
  if (Object.hasOwn(model.services, host)) throw new RoadworthyError("target-invalid", `"${host}" is a service of the compose files, and no place outside`, { where, hint: "take it out of the allow file" });
  if (host === machine) return null;
  const [first = ""] = await pinAllowed([{ host, port }], resolve);
  const address = parseAddress(first)?.host ?? "";
  if (isLoopbackAddress(address)) throw new RoadworthyError("not-allowed", `${host} is this machine's loopback, which is another one inside a container`, { where, hint: `let it listen where containers can reach it, and name it as ${machine}` });
  return address;
}

/** A service's own entries, `name=address` or `name:address`, stand before any other way to look a name up: those of places that it may call go. */
export function hostsWithout(entries: unknown, out: readonly WayOut[], service: string): unknown[] {
  const list = Array.isArray(entries) ? entries : [];
  const own = out.filter(({ services }) => services?.includes(service) !== false);
  return list.filter((entry) => !own.some(({ host }) => String(entry).startsWith(`${host}=`) || String(entry).startsWith(`${host}:`)));
}
