/**
 * The only door to a proxy, the embedded one or the real Toxiproxy, over `toxiproxy-node-client`.
 *
 * That client reports a refusal as the text "Request failed with status code N" and has no time limit; here both become a
 * `RoadworthyError` of code `proxy-unavailable`. Requests that heal (removing, enabling, reset) may be repeated.
 */

import { Toxiproxy } from "toxiproxy-node-client";
import { RoadworthyError, messageOf } from "../../base/error.ts";
import { parseAddress } from "../../base/loopback-address.ts";
import { after } from "../../base/time.ts";
import { linkStatsSchema, type LinkStats } from "./relay/link-stats.ts";
import type { LinkJson } from "./relay/link.ts";
import type { ToxicJson } from "./relay/toxic-entry.ts";
import type { ToxicSpec } from "./toxics/index.ts";

/** No call takes longer than five seconds, this and what it takes to notice included. */
const usualCallLimitMs = 4_500;

export interface LinkRequest {
  readonly name: string;
  /** `host:port`; a free port of 127.0.0.1 when left out. */
  readonly listen?: string;
  readonly upstream: string;
  readonly enabled: boolean;
  /** The bytes are HTTP/1, and toxics may strike single requests. Only the embedded proxy knows of it. */
  readonly http?: boolean;
}

/** Where clients of the link connect to. */
export interface LinkAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** The spec's `type` and `attributes`, and where and how often it strikes: toxicity 0 never, 1 on every connection. */
export type ToxicRequest = ToxicSpec & { readonly name: string; readonly stream: "upstream" | "downstream"; readonly toxicity: number };

export interface ProxyClient {
  createLink(request: LinkRequest): Promise<LinkAddress>;
  removeLink(linkName: string): Promise<void>;
  addToxic(linkName: string, toxic: ToxicRequest): Promise<void>;
  /** Sets attributes of a toxic that is there; connections stay open. */
  changeToxic(linkName: string, toxicName: string, attributes: Readonly<Record<string, number>>): Promise<void>;
  /** Fine when it is gone already. */
  removeToxic(linkName: string, toxicName: string): Promise<void>;
  setEnabled(linkName: string, isEnabled: boolean): Promise<void>;
  /** Leads to `host:port` from now on; what is connected is cut off. The real Toxiproxy first waits for the connection that it is just opening to where it led before. */
  setUpstream(linkName: string, upstream: string, withinMs?: number): Promise<void>;
  /** All links enabled, no toxics. */
  reset(): Promise<void>;
  list(): Promise<LinkState[]>;
  /** null where the server has no such extension, or no such link. */
  stats(linkName: string): Promise<LinkStats | null>;
  version(): Promise<string>;
}

export interface LinkState extends LinkAddress {
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ToxicJson[];
}

/** `address` is the proxy's, `127.0.0.1:8474`. Opens nothing yet. */
export function connectProxy(address: string, callLimitMs = usualCallLimitMs): ProxyClient {
  const base = `http://${address}`;
  const proxy = new Toxiproxy(base);
  const api = proxy.getApi();
  const linkUrl = (linkName: string): string => `${base}/proxies/${encodeURIComponent(linkName)}`;
  const act = <T>(what: string, call: Promise<T>, withinMs = callLimitMs): Promise<T> => limited({ what, address, callLimitMs: withinMs }, call);
  const client: ProxyClient = {
    createLink: async ({ name, listen = "127.0.0.1:0", upstream, enabled, http = false }) => {
      // A port that is not listened on has no number yet: it is opened in any case, and closed again when it is to be disabled.
      const made = await act(`create link ${name}`, proxy.createProxy({ name, listen, upstream, enabled: true, ...(http ? { http } : {}) }));
      if (!enabled) await client.setEnabled(name, false);
      return addressOf(made);
    },
    removeLink: (linkName) => act(`remove link ${linkName}`, unlessGone(api.delete(linkUrl(linkName)))),
    addToxic: async (linkName, toxic) => {
      await act(`add toxic ${toxic.name} to ${linkName}`, api.post(`${linkUrl(linkName)}/toxics`, toxic));
    },
    changeToxic: async (linkName, toxicName, attributes) => {
      await act(`change toxic ${toxicName} of ${linkName}`, api.post(`${linkUrl(linkName)}/toxics/${encodeURIComponent(toxicName)}`, { attributes }));
    },
    removeToxic: (linkName, toxicName) =>
      act(`remove toxic ${toxicName} of ${linkName}`, unlessGone(api.delete(`${linkUrl(linkName)}/toxics/${encodeURIComponent(toxicName)}`))),
    setEnabled: async (linkName, enabled) => {
      await act(`${enabled ? "enable" : "disable"} ${linkName}`, api.post(linkUrl(linkName), { enabled }));
    },
    setUpstream: async (linkName, upstream, withinMs) => {
      await act(`lead ${linkName} to ${upstream}`, api.post(linkUrl(linkName), { upstream }), withinMs);
    },
    reset: () => act("reset", proxy.reset()),
    list: async () => {
      const links = await act("list links", api.get<Record<string, LinkJson>>(`${base}/proxies`));
      return Object.values(links.data).map((link) => ({ ...addressOf(link), upstream: link.upstream, enabled: link.enabled, toxics: link.toxics }));
    },
    stats: async (linkName) => {
      const answer = await act(`read stats of ${linkName}`, unlessGone(api.get<unknown>(`${linkUrl(linkName)}/stats`)));
      return answer === undefined ? null : linkStatsSchema.parse(answer.data);
    },
    version: async () => versionOf(await act("read version", proxy.getVersion())),
  };
  return client;
}

async function limited<T>({ what, address, callLimitMs }: { what: string; address: string; callLimitMs: number }, call: Promise<T>): Promise<T> {
  const { promise: expiry, reject } = Promise.withResolvers<never>();
  const timer = after(callLimitMs, () => reject(new Error(`no answer within ${callLimitMs} ms`)));
  try {
    return await Promise.race([call, expiry]);
  } catch (error) {
    throw new RoadworthyError("proxy-unavailable", `cannot ${what}: ${messageOf(error)}`, { where: address, cause: error });
  } finally {
    timer[Symbol.dispose]();
  }
}

async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (messageOf(error).endsWith("status code 404")) return undefined;
    throw error;
  }
}

/** Toxiproxy 2.1 answers with a bare number, later ones with JSON. */
function versionOf(text: string): string {
  return /"version":\s*"([^"]*)"/.exec(text)?.[1] ?? text.trim();
}

function addressOf({ name, listen }: { name: string; listen: string }): LinkAddress {
  const address = parseAddress(listen);
  if (address === null) throw new RoadworthyError("proxy-unavailable", `link ${name} listens on "${listen}", which is no address`);
  return { name, host: address.host, port: address.port };
}
