/** What may be made different of the nodes of a stack while it is up: how many there are of one, and what they run. */

import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, type InstantUs } from "../../../base/time.ts";
import type { StackChange } from "../../../scenario/drill/operation.ts";

/** What the replicas of a node run, as far as it is other than what the target says. */
export interface Version {
  /** For people: "2.4.1". */
  readonly name: string;
  /** With places, as in the target. */
  readonly env: Readonly<Record<string, string>>;
  /** Of a process; null: the target's. */
  readonly command: readonly string[] | null;
  /** Of a container; null: that of the compose files. */
  readonly image: string | null;
}

export const asBooted: Version = { name: "as booted", env: {}, command: null, image: null };

export interface ChangeOrder {
  readonly node: string;
  readonly deadlineUs: InstantUs;
  readonly signal: AbortSignal;
  /** Told of each replica that is done. */
  readonly tell: (replica: string, what: string) => void;
}

/** All reject with `target-not-ready` when a replica is late, and leave it as it is then: whoever ordered it decides what to do. */
export interface NodeChanges {
  /** Why it cannot be carried out here, or null. */
  unavailable(change: StackChange): string | null;
  /** What a deploy of the node was to bring last. */
  versionOf(node: string): Version;
  /** Resolves when all of them are ready, or those that are too many have ended. */
  scale(replicas: number, order: ChangeOrder): Promise<void>;
  /** One replica after the other, each ready before the next one's turn. Those that run this version already are left alone. */
  roll(version: Version, first: "stop" | "start", order: ChangeOrder): Promise<void>;
  /** The node takes the place of the one that it is a copy of. */
  promote(order: ChangeOrder): Promise<void>;
  /** Everything as it was booted. */
  undo(): Promise<void>;
}

/** Throws when the time of the order is over. */
export function restMs({ node, deadlineUs, signal }: ChangeOrder): number {
  signal.throwIfAborted();
  const rest = (deadlineUs - nowUs()) / 1000;
  if (rest <= 0) throw new RoadworthyError("target-not-ready", `the time was over before all replicas of ${node} were done`, { where: node, hint: "give the operation more time with `within`" });
  return rest;
}

/** "0.6 s" */
export function secondsSince(beganUs: InstantUs): string {
  return `${((nowUs() - beganUs) / 1_000_000).toFixed(1)} s`;
}
