/**
 * Whether the service used its links. A server that tells its clients where it is (Redis Sentinel and Cluster, Kafka) makes them walk past the
 * proxy: they connect over the link once, are told of another address, and no fault on the link meets them from then on.
 *
 *     use of a link by the service = (all at the end − all at the beginning) − (ours at the end − ours at the beginning)
 *
 * Ours are the connections of probes and witnesses. Where the proxy cannot tell them apart, only a link over which nothing went at all is
 * known to be unused; where it does not count (Toxiproxy), nothing is known.
 */

import type { LinkUse, LogEvent } from "../../log/event.ts";
import type { Target } from "../../scenario/target/target.ts";

export interface LinkUseRecord {
  link: string;
  from: string;
  to: string;
  /** By the service, from the start of the load to the end of the scenario; null when it is not known. */
  use: LinkUse | null;
}

export class LinkUseFold {
  readonly #target: Target;
  readonly #first = new Map<string, LinkEvent>();
  readonly #last = new Map<string, LinkEvent>();

  constructor(target: Target) {
    this.#target = target;
  }

  step(event: LogEvent): void {
    if (event.type !== "link") return;
    if (this.#first.has(event.link)) this.#last.set(event.link, event);
    else this.#first.set(event.link, event);
  }

  read(): LinkUseRecord[] {
    return Object.entries(this.#target.links).map(([link, { from, to }]) => {
      const [first, last] = [this.#first.get(link), this.#last.get(link)];
      return { link, from, to, use: first === undefined || last === undefined ? null : useBetween(first, last) };
    });
  }
}

/** The links that are known to have been of no use. */
export function walkedPast(links: readonly LinkUseRecord[]): LinkUseRecord[] {
  return links.filter(({ use }) => use !== null && use.connections === 0 && use.bytesUp === 0 && use.bytesDown === 0);
}

type LinkEvent = Extract<LogEvent, { type: "link" }>;

function useBetween(first: LinkEvent, last: LinkEvent): LinkUse | null {
  const all = difference(last, first);
  if (all.connections === 0 && all.bytesUp === 0 && all.bytesDown === 0) return all;
  if (!first.own || !last.own) return null;
  return difference(all, difference(last.own, first.own));
}

function difference(a: LinkUse, b: LinkUse): LinkUse {
  return { connections: a.connections - b.connections, bytesUp: a.bytesUp - b.bytesUp, bytesDown: a.bytesDown - b.bytesDown };
}
