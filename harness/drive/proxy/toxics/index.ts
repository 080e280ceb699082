/** The table of toxics. A new one: write its file, add its row here, and run `npx vitest run harness/drive/proxy` (it prints the table for the README). */

import { bandwidth } from "./bandwidth.ts";
import { latency } from "./latency.ts";
import { limitData } from "./limit-data.ts";
import { resetPeer } from "./reset-peer.ts";
import { slicer } from "./slicer.ts";
import { slowClose } from "./slow-close.ts";
import { timeout } from "./timeout.ts";
import type { AttributeRow, Outlet, Stage, ToxicKind } from "./toxic.ts";

/** Keyed by the type's name in the HTTP interface. */
export const toxicKinds = {
  latency,
  bandwidth,
  slow_close: slowClose,
  timeout,
  reset_peer: resetPeer,
  slicer,
  limit_data: limitData,
} as const;

export type ToxicType = keyof typeof toxicKinds;

/** Attribute names of each type. */
type NamesOf<Type extends ToxicType> = (typeof toxicKinds)[Type] extends ToxicKind<infer Names> ? Names : never;

/** `{ type: "latency", attributes: { latency, jitter } } | { type: "timeout", attributes: { timeout } } | …` */
export type ToxicSpec = { [Type in ToxicType]: { readonly type: Type; readonly attributes: { [Name in NamesOf<Type>]: number } } }[ToxicType];

export function isToxicType(text: string): text is ToxicType {
  return Object.hasOwn(toxicKinds, text);
}

/** What the table holds, seen without the type's own attribute names. */
interface AnyKind {
  readonly summary: string;
  readonly lossFree: boolean;
  readonly holdLimitBytes: number;
  readonly attributes: Readonly<Record<string, AttributeRow>>;
}

export function kindOf(type: ToxicType): AnyKind {
  return toxicKinds[type];
}

/** Whether every attribute of the type is there. */
export function isToxicSpec(spec: { readonly type: ToxicType; readonly attributes: Readonly<Record<string, number>> }): spec is ToxicSpec {
  return Object.keys(kindOf(spec.type).attributes).every((name) => spec.attributes[name] !== undefined);
}

/** Lets the toxic loose on one direction of one connection. */
export function attachToxic(spec: ToxicSpec, outlet: Outlet): Stage {
  // The switch is what ties each type to its own attributes for the compiler; leaving one out does not compile.
  switch (spec.type) {
    case "latency":
      return latency.attach(spec.attributes, outlet);
    case "bandwidth":
      return bandwidth.attach(spec.attributes, outlet);
    case "slow_close":
      return slowClose.attach(spec.attributes, outlet);
    case "timeout":
      return timeout.attach(spec.attributes, outlet);
    case "reset_peer":
      return resetPeer.attach(spec.attributes, outlet);
    case "slicer":
      return slicer.attach(spec.attributes, outlet);
    case "limit_data":
      return limitData.attach(spec.attributes, outlet);
  }
}

/** The README's table, in Markdown. */
export function toxicTable(): string {
  const rows = Object.entries(toxicKinds).map(([type, kind]: [string, AnyKind]) => {
    const attributes = Object.entries(kind.attributes).map(([name, row]) => `\`${name}\` (${row.unit}): ${row.meaning}`);
    return `| \`${type}\` | ${kind.summary} | ${attributes.join("<br>")} | ${kind.lossFree ? "yes" : "no"} |`;
  });
  return ["| toxic | does | attributes | loss-free |", "|---|---|---|---|", ...rows].join("\n");
}
