/**
 * What the faults of a scenario may do at most: how many at once, for how long, and which nodes never. Pure; asked of the whole plan before
 * anything runs, and of each fault again before it is injected.
 */

import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import type { FaultSpec } from "../fault.ts";
import type { Limits, ScenarioDefinition } from "../scenario.ts";
import type { Target } from "../target/target.ts";
import { repeatedSteps } from "./repeat.ts";
import { sweptDefinitions } from "./sweep.ts";

type Links = Target["links"];

/** A fault that is in effect, or will be. */
export interface Disturbance {
  id: string;
  fault: FaultSpec;
}

/** Where several limits apply, the narrowest holds. */
export function narrowed(limits: Limits, by: { [Name in keyof Limits]?: Limits[Name] | undefined } = {}): Limits {
  const { faultsAtOnce = limits.faultsAtOnce, longestFault = limits.longestFault, untouchable = [] } = by;
  return {
    faultsAtOnce: Math.min(limits.faultsAtOnce, faultsAtOnce),
    longestFault: parseDurationMs(longestFault) < parseDurationMs(limits.longestFault) ? longestFault : limits.longestFault,
    untouchable: [...new Set([...limits.untouchable, ...untouchable])],
  };
}

export interface Reach {
  limits: Limits;
  links: Links;
}

/** Why the fault must not be injected while `present` are in effect, or null when it may be. */
export function refusal(next: Disturbance & { holdMs: number }, present: readonly Disturbance[], reach: Reach): string | null {
  return byItself(next, reach) ?? clash(next, present) ?? crowd(present, reach.limits);
}

function byItself({ fault, holdMs }: Disturbance & { holdMs: number }, { limits, links }: Reach): string | null {
  const untouchable = touchedNodes(fault, links).find((node) => limits.untouchable.includes(node));
  if (untouchable !== undefined) return `it touches node "${untouchable}", which limits.untouchable names`;
  return holdMs > parseDurationMs(limits.longestFault) ? `its hold of ${holdMs / 1000} s is longer than limits.longestFault, ${limits.longestFault}` : null;
}

function clash({ fault }: Disturbance, present: readonly Disturbance[]): string | null {
  for (const other of present) {
    const shared = sharedPlace(fault, other.fault);
    if (shared !== null) return `it meets fault "${other.id}" on ${shared}: healing one would end the other`;
  }
  return null;
}

function crowd(present: readonly Disturbance[], { faultsAtOnce }: Limits): string | null {
  if (present.length < faultsAtOnce) return null;
  return `with ${present.map(({ id }) => `"${id}"`).join(", ")} there are ${present.length + 1} faults at once, limits.faultsAtOnce is ${faultsAtOnce}`;
}

/** Throws `scenario-invalid` naming every fault that would go beyond the limits, whatever the seed. */
export function checkBlastRadius(definition: ScenarioDefinition, links: Links): void {
  const problems = new Set(sweptDefinitions(definition).flatMap((point) => problemsOf(point, links)));
  if (problems.size === 0) return;
  throw new RoadworthyError("scenario-invalid", `scenario "${definition.name}" goes beyond its limits: ${[...problems].join("; ")}`, {
    hint: "change the named faults, or raise the limits of the scenario and of the suite if this is what you want",
  });
}

/** A fault and the time in which it may be in effect: for one that the seed places, its whole window. */
interface Presence extends Disturbance {
  path: string;
  holdMs: number;
  fromMs: number;
  toMs: number;
}

function problemsOf(definition: ScenarioDefinition, links: Links): string[] {
  const presences = [...stepPresences(definition), ...randomPresences(definition)];
  return presences.flatMap((next) => {
    // Both ends count: a fault that begins when another is to be healed meets it while it heals.
    const present = presences.filter((other) => other.path !== next.path && other.fromMs <= next.fromMs && next.fromMs <= other.toMs);
    const why = byItself(next, { limits: definition.limits, links }) ?? clash(next, present) ?? crowd(onePerPath(present), definition.limits);
    return why === null ? [] : [`${next.path}: ${why}`];
  });
}

/** Occurrences of one step never overlap, and neither do those of one random block: together they count once. */
function onePerPath(present: readonly Presence[]): Presence[] {
  return present.filter((presence, index) => present.findIndex((other) => other.path === presence.path) === index);
}

function stepPresences({ steps }: ScenarioDefinition): Presence[] {
  return steps.flatMap((definition, index) =>
    repeatedSteps(definition, `steps[${index}]`).map((step) => {
      const fromMs = parseDurationMs(step.at);
      const holdMs = parseDurationMs(step.hold) + parseDurationMs(step.repair?.within ?? "0s");
      return { id: step.id, fault: step.fault, path: `steps[${index}]`, holdMs, fromMs, toMs: fromMs + holdMs };
    }),
  );
}

function randomPresences({ random }: ScenarioDefinition): Presence[] {
  return random.flatMap(({ id, choose, between: [from, to], hold }, index) =>
    choose.map((fault) => ({ id, fault, path: `random[${index}]`, holdMs: parseDurationMs(hold), fromMs: parseDurationMs(from), toMs: parseDurationMs(to) })),
  );
}

/** A link is part of both its ends. */
function touchedNodes(fault: FaultSpec, links: Links): string[] {
  if ("node" in fault) return [fault.node];
  return fault.links.flatMap((name) => {
    const link = links[name];
    return link === undefined ? [] : [link.from, link.to];
  });
}

const endsNode: ReadonlySet<FaultSpec["kind"]> = new Set(["node-stop", "node-kill", "node-pause", "store-destroy"]);

/** Where both faults do the same thing, so that undoing one undoes the other; null where they do not meet. */
function sharedPlace(one: FaultSpec, other: FaultSpec): string | null {
  if ("links" in one && "links" in other && one.kind === other.kind) {
    const link = one.links.find((name) => other.links.includes(name));
    return link === undefined ? null : `link ${link}`;
  }
  if (!("node" in one) || !("node" in other) || one.node !== other.node) return null;
  return one.kind === other.kind || (endsNode.has(one.kind) && endsNode.has(other.kind)) ? `node ${one.node}` : null;
}
