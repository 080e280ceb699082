/** The links of one server, and the acts of the HTTP interface on them. Errors are `HttpRefusal` with Toxiproxy's texts and status codes. */

import { isIP } from "node:net";
import { formatAddress, isLoopbackAddress, type HostAndPort } from "../../base/loopback-address.ts";
import { HttpRefusal } from "../../base/loopback-server.ts";
import { Link } from "./relay/link.ts";
import { isHttpSpec } from "./toxics/index.ts";
import { readLink, readLinkChange, readLinks, readToxic, readToxicChange, type LinkBody } from "./request-body.ts";
import type { Toxic } from "./relay/toxic-entry.ts";
import type { UpstreamGuard } from "./relay/upstream.ts";

const linksLimit = 1000;
const toxicsLimit = 100;

export class Links implements AsyncDisposable {
  readonly #links = new Map<string, Link>();
  readonly #seed: number;
  readonly #guard: UpstreamGuard;

  constructor(seed: number, guard: UpstreamGuard) {
    this.#seed = seed;
    this.#guard = guard;
  }

  all(): Link[] {
    return [...this.#links.values()];
  }

  find(name: string): Link {
    const link = this.#links.get(name);
    if (link === undefined) throw new HttpRefusal(404, "proxy not found");
    return link;
  }

  async create(body: unknown): Promise<Link> {
    const wanted = readLink(body);
    if (this.#links.has(wanted.name)) throw new HttpRefusal(409, "proxy already exists");
    return await this.#put(wanted);
  }

  /** Fields that are left out stay; a new address cuts the connections. */
  async change(name: string, body: unknown): Promise<Link> {
    const link = this.find(name);
    const wanted = readLinkChange(body, link);
    this.#refuseForbidden(wanted);
    if (!wanted.isHttp && link.toxics.some(({ spec }) => isHttpSpec(spec))) throw new HttpRefusal(400, "the proxy has toxics on requests: remove them first");
    await link.change(wanted);
    return link;
  }

  async remove(name: string): Promise<void> {
    const link = this.find(name);
    this.#links.delete(name);
    await link.stop();
  }

  /** Makes links or replaces those that listen elsewhere or lead elsewhere; one that is the same is left alone, toxics and all. */
  async populate(body: unknown): Promise<Link[]> {
    const made: Link[] = [];
    for (const wanted of readLinks(body)) {
      try {
        // One after the other on purpose: a later one may want the port that an earlier one gives up.
        made.push(await this.#putOrKeep(wanted));
      } catch (error) {
        if (!(error instanceof HttpRefusal)) throw error;
        throw new HttpRefusal(error.status, error.message, { proxies: made.map((link) => link.json()) });
      }
    }
    return made;
  }

  /** Every link enabled, no toxic left. One that cannot have its port back keeps none of the others from theirs. */
  async reset(): Promise<void> {
    for (const link of this.#links.values()) for (const toxic of link.toxics) link.removeToxic(toxic);
    const started = await Promise.allSettled(this.all().map((link) => link.start()));
    for (const outcome of started) if (outcome.status === "rejected") throw outcome.reason;
  }

  findToxic(linkName: string, toxicName: string): Toxic {
    const toxic = this.find(linkName).toxics.find(({ name }) => name === toxicName);
    if (toxic === undefined) throw new HttpRefusal(404, "toxic not found");
    return toxic;
  }

  addToxic(linkName: string, body: unknown): Toxic {
    const link = this.find(linkName);
    const wanted = readToxic(body);
    if (link.toxics.some(({ name }) => name === wanted.name)) throw new HttpRefusal(409, "toxic already exists");
    if (link.toxics.length >= toxicsLimit) throw new HttpRefusal(400, `a proxy has at most ${toxicsLimit} toxics`);
    if (isHttpSpec(wanted.spec) && !link.isHttp) throw new HttpRefusal(400, "the proxy is not marked http, so requests cannot be told apart");
    const toxic: Toxic = { ...wanted, witness: { connections: 0, bytes: 0, requests: 0 } };
    link.addToxic(toxic);
    return toxic;
  }

  changeToxic(linkName: string, toxicName: string, body: unknown): Toxic {
    const toxic = this.findToxic(linkName, toxicName);
    const wanted = readToxicChange(body, toxic);
    Object.assign(toxic.spec.attributes, wanted.spec.attributes);
    toxic.toxicity = wanted.toxicity;
    this.find(linkName).refreshToxic(toxic);
    return toxic;
  }

  removeToxic(linkName: string, toxicName: string): void {
    this.find(linkName).removeToxic(this.findToxic(linkName, toxicName));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all().map((link) => link.stop()));
    this.#links.clear();
  }

  async #putOrKeep(wanted: LinkBody): Promise<Link> {
    const existing = this.#links.get(wanted.name);
    if (existing !== undefined) {
      if (isSame(existing.listen, wanted.listen) && isSame(existing.upstream, wanted.upstream) && existing.isHttp === wanted.isHttp) return existing;
      await this.remove(wanted.name);
    }
    return await this.#put(wanted);
  }

  async #put(wanted: LinkBody): Promise<Link> {
    this.#refuseForbidden(wanted);
    if (this.#links.size >= linksLimit) throw new HttpRefusal(400, `there are at most ${linksLimit} proxies`);
    const link = new Link({ ...wanted, seed: this.#seed, guard: this.#guard });
    // The name is taken before the port is, so that of two requests at once only one gets it.
    this.#links.set(wanted.name, link);
    try {
      if (wanted.isEnabled) await link.start();
    } catch (error) {
      this.#links.delete(wanted.name);
      throw error;
    }
    return link;
  }

  /** Names are judged when they are resolved, with each connection; a forbidden address is better refused at once. */
  #refuseForbidden({ listen, upstream }: { listen: HostAndPort; upstream: HostAndPort }): void {
    if (!isLoopbackAddress(listen.host)) throw new HttpRefusal(403, `listen ${formatAddress(listen)} is not a loopback address`);
    if (isIP(upstream.host) !== 0 && !this.#guard(upstream.host, upstream.port)) {
      throw new HttpRefusal(403, `upstream ${formatAddress(upstream)} is not allowed: it is not a loopback address`);
    }
  }
}

function isSame(one: HostAndPort, other: HostAndPort): boolean {
  return one.host === other.host && one.port === other.port;
}
