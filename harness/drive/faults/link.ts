/** What the faults on links share: which links, how to undo, and what a fresh connection through a link meets. */

import { RoadworthyError } from "../../base/error.ts";
import { freshToken } from "../../base/random.ts";
import { undoOfDisable, undoOfToxic, type ProxyUndo } from "../proxy/undo.ts";
import type { ToxicSpec } from "../proxy/toxics/index.ts";
import { nodeAccess } from "../stack/address.ts";
import { languageOf, roundTrip, type Language } from "../stack/round-trip.ts";
import type { Stack } from "../stack/stack.ts";
import type { Undo } from "../supervisor/protocol.ts";
import { carryOut, tryOut } from "./active-fault.ts";
import type { ActiveFault, InjectContext } from "./fault.ts";

/** How long a fresh connection may take to show that nothing is wrong. */
export const healthyWithinMs = 1_000;
/** After this long without an answer, a connection counts as unanswered. */
export const silentForMs = 700;

export interface Trip {
  readonly tookMs: number;
  /** Why there was no good answer; null when there was one. */
  readonly problem: string | null;
}

export function unavailableLinks(links: readonly string[], stack: Stack): string | null {
  const missing = links.filter((link) => !stack.links.has(link));
  const names = missing.map((link) => `"${link}"`).join(", ");
  if (missing.length === 0) return null;
  return stack.runtime === "external" ? `there is no proxy ${names} that is on, at a Toxiproxy of the target` : `the target has no link ${names}`;
}

/** One exchange with the server of a link on a fresh connection through it. */
export async function tripThrough(stack: Stack, link: string, timeoutMs: number): Promise<Trip> {
  const address = stack.addresses.links[link];
  if (address === undefined) throw new RoadworthyError("internal", `link "${link}" has no address`);
  return await tryOut(() => roundTrip(languageOfLink(stack, link), address, timeoutMs));
}

/** Processes and containers are asked for what they are asked for to be ready. */
export function languageOfLink(stack: Stack, linkName: string): Language {
  const link = stack.links.get(linkName);
  const node = link === undefined ? undefined : stack.nodes.get(link.spec.to);
  if (link === undefined || node === undefined) throw new RoadworthyError("internal", `link "${linkName}" leads nowhere`);
  const { spec } = node;
  const ready = spec.kind === "process" || spec.kind === "container" ? spec.ready : undefined;
  if (ready?.by === "http" && ready.port === link.spec.port) return { speak: "http", path: ready.path, status: ready.status };
  return languageOf(nodeAccess(stack.addresses, link.spec.to));
}

/** Null as long as some link does not show it. */
export async function onEvery(links: readonly string[], look: (link: string) => Promise<string | null>): Promise<string | null> {
  const seen = await Promise.all(links.map(look));
  return seen.includes(null) ? null : seen.join("; ");
}

export async function answersAgain(stack: Stack, link: string, belowMs = Number.POSITIVE_INFINITY): Promise<string | null> {
  const { tookMs, problem } = await tripThrough(stack, link, healthyWithinMs);
  return problem === null && tookMs < belowMs ? `a fresh connection through ${link} was answered in ${tookMs.toFixed(1)} ms` : null;
}

export function undoByProxy(stack: Stack, undo: ProxyUndo): Undo {
  const [status = 200] = undo.verify.status;
  const fields = Object.entries(undo.verify.fields).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return {
    do: "http",
    method: undo.request.method === "GET" ? "POST" : undo.request.method,
    url: `${stack.proxyUrl}${undo.request.path}`,
    body: undo.request.body === null ? null : JSON.stringify(undo.request.body),
    done: [...undo.doneStatus],
    verify: { url: `${stack.proxyUrl}${undo.verify.request.path}`, status, contains: fields[0] ?? null },
    livesElsewhere: stack.runtime === "external",
  };
}

export function undoOfDisabled(stack: Stack, link: string): Undo {
  return undoByProxy(stack, undoOfDisable(link));
}

export interface ToxicFault {
  readonly links: readonly string[];
  readonly toxic: ToxicSpec;
  /** What the server sends, when left out. */
  readonly stream?: "upstream" | "downstream";
  /** Share of the connections or requests; all when left out. */
  readonly share?: number;
  /** What one link shows, or null. `toxic` is the name under which the proxy knows it. */
  readonly felt: (link: string, toxic: string) => Promise<string | null>;
  readonly settled: (link: string) => Promise<string | null>;
  readonly stages?: readonly ToxicStage[];
}

/** Other attributes for the same toxic, from some time on. */
export interface ToxicStage {
  readonly afterMs: number;
  readonly to: string;
  readonly attributes: Readonly<Record<string, number>>;
  /** Told once the toxic has them on every link. */
  readonly reached: () => void;
}

/** Adds the same toxic to every link. */
export async function addToxics(stack: Stack, context: InjectContext, fault: ToxicFault): Promise<ActiveFault> {
  const name = `roadworthy-${fault.toxic.type}-${freshToken(6)}`;
  return await carryOut(stack, context, {
    undos: fault.links.map((link) => undoByProxy(stack, undoOfToxic(link, name))),
    act: async () => {
      const toxic = { ...fault.toxic, name, stream: fault.stream ?? "downstream", toxicity: fault.share ?? 1 } as const;
      await Promise.all(fault.links.map((link) => stack.proxy.addToxic(link, toxic)));
    },
    felt: () => onEvery(fault.links, (link) => fault.felt(link, name)),
    settled: () => onEvery(fault.links, fault.settled),
    changes: (fault.stages ?? []).map(({ afterMs, to, attributes, reached }) => ({
      afterMs,
      to,
      act: async () => {
        await Promise.all(fault.links.map((link) => stack.proxy.changeToxic(link, name, attributes)));
        reached();
      },
    })),
  });
}

/** A kind of toxic that the real Toxiproxy does not have. */
export function unavailableBeyondToxiproxy(links: readonly string[], stack: Stack): string | null {
  return unavailableLinks(links, stack) ?? (stack.proxyKind === "embedded" ? null : "only the embedded proxy can do it");
}

/** A fresh exchange, of whose outcome nothing is expected, and whether the proxy counted it. */
export async function metByTrip(stack: Stack, link: string, toxic: string): Promise<string | null> {
  await tripThrough(stack, link, silentForMs);
  return await countedByProxy(stack, link, toxic);
}

/** For servers that say nothing without being asked properly: what the proxy itself has seen of the toxic. */
export async function countedByProxy(stack: Stack, link: string, toxic: string): Promise<string | null> {
  const stats = await stack.proxy.stats(link);
  const counted = stats?.toxics.find((entry) => entry.name === toxic);
  if (counted !== undefined) return counted.connections > 0 ? `the proxy saw ${counted.connections} connections of ${link} meet it` : null;
  // The real Toxiproxy does not count: that the toxic is there is all that can be seen.
  const listed = (await stack.proxy.list()).find((entry) => entry.name === link);
  return stats === null && listed?.toxics.some((entry) => entry.name === toxic) === true ? `the proxy has it on ${link}` : null;
}
