/** What the service will do, as one line of JSON: everything that happens to it is in here, or in an order to its control port. */

import { placeKinds, type PlaceKind } from "./store/places.ts";
import type { StoreScript } from "./store/scripted-store.ts";

export const manners = ["refusal", "reset", "5xx", "stall"] as const;
export type Manner = (typeof manners)[number];

export interface Stretch {
  /** From the order, or from the service's beginning when the script holds it. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface OutageOrder {
  readonly by: Manner;
  /** Several stretches: it flaps. */
  readonly stretches: readonly Stretch[];
  /** Part of the requests that it hits; 1 when left out. */
  readonly share?: number;
}

export interface ServiceScript {
  readonly seed: number;
  /** How long answers take, by how often: [{ share: 0.95, ms: 5 }, { share: 0.05, ms: 80 }]. */
  readonly delays: readonly { readonly share: number; readonly ms: number }[];
  readonly outages: readonly OutageOrder[];
  /** After an outage, answers take up to so much longer, less and less, for so long. */
  readonly slowRecovery: { readonly extraMs: number; readonly forMs: number };
  /** Says "ok" whatever is the matter. */
  readonly lyingHealth: boolean;
  readonly stores: Readonly<Record<PlaceKind, Omit<StoreScript, "kind">>>;
  /** Ports; 0 takes a free one. */
  readonly ports: { readonly http: number; readonly tcp: number; readonly control: number };
  /** Whether the service ends when its standard input does. */
  readonly endsWithInput: boolean;
}

const plainStore = { weights: { kept: 1 }, unsafeMs: 0, lateMs: 0 };

/** What is left out goes well: 5 ms, no outage, nothing lost. Throws for text that is no JSON object. */
export function parseScript(text: string): ServiceScript {
  const given: unknown = JSON.parse(text);
  if (typeof given !== "object" || given === null) throw new TypeError("a script is a JSON object");
  const script: ServiceScript = {
    seed: 1,
    delays: [{ share: 1, ms: 5 }],
    outages: [],
    slowRecovery: { extraMs: 0, forMs: 0 },
    lyingHealth: false,
    stores: { table: plainStore, queue: plainStore, "key-value": plainStore },
    ports: { http: 0, tcp: 0, control: 0 },
    endsWithInput: false,
    ...given,
  };
  for (const outage of script.outages) checkOutage(outage);
  for (const kind of placeKinds) if (!(kind in script.stores)) throw new TypeError(`the script has no store "${kind}"`);
  return script;
}

/** Throws for what is no outage. */
export function checkOutage(order: OutageOrder): void {
  const { by, stretches } = order;
  if (!manners.includes(by)) throw new TypeError(`an outage is by one of ${manners.join(", ")}`);
  const inOrder = stretches.every(({ fromMs, toMs }, index) => fromMs < toMs && fromMs >= (stretches[index - 1]?.toMs ?? 0));
  if (!inOrder) throw new TypeError("stretches follow one another in time");
}
