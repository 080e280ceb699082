/** One toxic of one link: its settings, which connections read live, and its witness. */

import { isHttpSpec, type HttpToxicSpec, type StreamToxicSpec, type ToxicSpec } from "../toxics/index.ts";

export type StreamName = "upstream" | "downstream";

export interface Toxic {
  readonly name: string;
  readonly stream: StreamName;
  /** The attributes object is changed in place by an update. */
  readonly spec: ToxicSpec;
  /** Share of connections, or for a toxic on requests share of these, that are affected: 0 none, 1 all. */
  toxicity: number;
  readonly witness: ToxicWitness;
}

/** What the toxic has really touched since it was added. A connection counts once, with its first data or end. */
export interface ToxicWitness {
  connections: number;
  bytes: number;
  /** 0 of a toxic that knows of no requests. */
  requests: number;
}

export type StreamToxic = Toxic & { readonly spec: StreamToxicSpec };
export type HttpToxic = Toxic & { readonly spec: HttpToxicSpec };

export function isStreamToxic(toxic: Toxic): toxic is StreamToxic {
  return !isHttpSpec(toxic.spec);
}

export function isHttpToxic(toxic: Toxic): toxic is HttpToxic {
  return isHttpSpec(toxic.spec);
}

/** As the HTTP interface shows it. */
export interface ToxicJson {
  readonly attributes: Readonly<Record<string, number | string>>;
  readonly name: string;
  readonly type: string;
  readonly stream: StreamName;
  readonly toxicity: number;
}

export function toxicJson({ spec, name, stream, toxicity }: Toxic): ToxicJson {
  return { attributes: { ...spec.attributes }, name, type: spec.type, stream, toxicity };
}
