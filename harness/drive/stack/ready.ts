/** When a node counts as ready, and waiting for that. */

import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError, messageOf, type ErrorCode } from "../../base/error.ts";
import { nowUs, wait } from "../../base/time.ts";
import { nodeAccess, type Address, type Addresses, type NodeAccess } from "./address.ts";
import type { ChildFacts, ChildWatch } from "./embedded/child-watch.ts";
import type { NodeLayout, Replica } from "./embedded/layout.ts";
import { languageOf, roundTrip, type Language } from "./round-trip.ts";

/** What has to answer, or be printed, for one process of a node to be ready. */
export type ReadyCheck =
  | { readonly by: "exchange"; readonly language: Language; readonly address: Address }
  | { readonly by: "line"; readonly pattern: RegExp };

export interface ReadyPlan {
  readonly child: string;
  readonly check: ReadyCheck;
  readonly withinMs: number;
  /** It is started again when it ends: then it may still get ready, until the supervisor gives it up. */
  readonly restarts: boolean;
}

const exchangeLimitMs = 1_000;
const connectLimitMs = 500;
const lookEveryMs = 25;
const storeWithinMs = 30_000;
const shownLines = 12;

/** One plan per process of the node. */
export function readyPlans(node: NodeLayout, access: NodeAccess): ReadyPlan[] {
  return node.replicas.map((replica) => planOf(node, replica, access));
}

export function readyPlanOf(node: NodeLayout, replica: Replica, addresses: Addresses): ReadyPlan {
  return planOf(node, replica, nodeAccess(addresses, node.name));
}

function planOf(node: NodeLayout, replica: Replica, access: NodeAccess): ReadyPlan {
  const { kind, restart } = node.spec;
  // A store that ends at its start will do so again: it is its settings.
  const restarts = kind === "process" && restart.policy === "always";
  return { child: replica.child, restarts, ...checkOf(node, replica, access) };
}

function checkOf({ spec }: NodeLayout, replica: Replica, access: NodeAccess): Pick<ReadyPlan, "check" | "withinMs"> {
  const at = (port: string): Address => {
    const found = replica.ports[port];
    if (found === undefined) throw new RoadworthyError("target-invalid", `${replica.child} has no port "${port}"`, { hint: "name one of the node's `ports`" });
    return { host: "127.0.0.1", port: found.port };
  };
  if (spec.kind !== "process") return { check: { by: "exchange", language: languageOf(access), address: at("main") }, withinMs: storeWithinMs };
  const { ready } = spec;
  const withinMs = parseDurationMs(ready.within);
  switch (ready.by) {
    case "http":
      return { check: { by: "exchange", language: { speak: "http", path: ready.path, status: ready.status }, address: at(ready.port) }, withinMs };
    case "tcp":
      return { check: { by: "exchange", language: { speak: "tcp" }, address: at(ready.port) }, withinMs };
    case "log":
      return { check: { by: "line", pattern: new RegExp(ready.line) }, withinMs };
  }
}

/** null when it is ready now, else why it is not. */
export async function whyNotReady({ child, check }: ReadyPlan, watch: ChildWatch): Promise<string | null> {
  const facts = watch.facts(child);
  if (!facts.running) return "it does not run";
  if (check.by === "line") return facts.lines.some((line) => check.pattern.test(line)) ? null : `no line matches ${check.pattern}`;
  try {
    await roundTrip(check.language, check.address, exchangeLimitMs);
  } catch (error) {
    return messageOf(error);
  }
  // A stranger may answer on its port: what answers must not be older than a process that has died meanwhile.
  return watch.facts(child).running ? null : "it does not run";
}

/** What shows that a node accepts connections on none of its ports; null as long as it does on one. */
export async function untaken({ ports }: NodeAccess, node: string): Promise<string | null> {
  const problems = await Promise.all(Object.values(ports).map(refusalOf));
  return problems.includes(null) ? null : `${node} does not accept connections: ${problems.join("; ")}`;
}

async function refusalOf(address: Address): Promise<string | null> {
  try {
    await roundTrip({ speak: "tcp" }, address, connectLimitMs);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Resolves when the process is ready. Errors: `target-not-ready` when it is late, or when it ended for good; for a store that ended,
 * `stack-unavailable`; `port-taken` when it said so. Each holds the last lines that it printed.
 */
export async function untilReady(plan: ReadyPlan, { watch, signal, endedAs }: { watch: ChildWatch; signal: AbortSignal; endedAs: ErrorCode }): Promise<void> {
  const deadlineUs = nowUs() + plan.withinMs * 1000;
  // Of any of its starts: each one's lines are forgotten with the next.
  let taken: RoadworthyError | null = null;
  for (;;) {
    signal.throwIfAborted();
    const why = await whyNotReady(plan, watch);
    if (why === null) return;
    const facts = watch.facts(plan.child);
    taken ??= portTaken(plan.child, facts);
    if (facts.ended !== null && (facts.gaveUp || !plan.restarts)) throw taken ?? ended(plan.child, facts, endedAs);
    if (nowUs() >= deadlineUs) throw taken ?? notReady(plan, facts, why);
    await wait(lookEveryMs, signal);
  }
}

function notReady({ child, withinMs }: ReadyPlan, facts: ChildFacts, why: string): RoadworthyError {
  return new RoadworthyError("target-not-ready", `${child} was not ready within ${withinMs / 1000} s: ${why}${lastLines(facts)}`, {
    where: child,
    hint: "see what it printed, or give it more time with `ready.within`",
  });
}

function ended(child: string, facts: ChildFacts, code: ErrorCode): RoadworthyError {
  return new RoadworthyError(code, `${child} ended with ${facts.ended} before it was ready${lastLines(facts)}`, { where: child, hint: "see what it printed" });
}

function portTaken(child: string, facts: ChildFacts): RoadworthyError | null {
  const line = facts.lines.find((text) => /EADDRINUSE|address already in use/i.test(text));
  if (line === undefined) return null;
  return new RoadworthyError("port-taken", `${child} could not listen: ${line.trim()}`, { where: child, hint: "stop what listens there, or take {{port}}, which is always a free one" });
}

function lastLines({ lines }: ChildFacts): string {
  return lines.length === 0 ? "; it printed nothing" : `; it printed:\n${lines.slice(-shownLines).join("\n")}`;
}
