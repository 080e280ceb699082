/** Boots a node of kind `process`: any command line, its `before` commands first. */

import { dirname, isAbsolute, join } from "node:path";
import { parseDurationMs } from "../../../base/duration.ts";
import type { NodeSpec } from "../../../scenario/target/node.ts";
import type { Version } from "../changes/changes.ts";
import { nodeAccess } from "../address.ts";
import { readyPlans, untilReady } from "../ready.ts";
import { minimalEnvironment, type BootContext } from "./context.ts";
import type { NodeLayout, Replica } from "./layout.ts";
import { fillPlaces, type PlaceContext } from "./places.ts";
import { runToEnd } from "./run-to-end.ts";

type ProcessSpec = Extract<NodeSpec, { kind: "process" }>;

const stopWithinMs = 10_000;

export async function bootProcess(node: NodeLayout, context: BootContext): Promise<void> {
  if (node.spec.kind !== "process") return;
  const { spec } = node;
  const { watch, signal, layout } = context;
  const workingFolder = folderOf(spec, context.targetFolder);
  for (const [index, step] of spec.before.entries()) {
    const places = placesOf(node.replicas[0], context);
    const errand = { id: `${node.name}-before-${index + 1}`, workingFolder, withinMs: parseDurationMs(step.within), runAs: null, failsAs: "target-not-ready" } as const;
    // One after the other: seed data needs the migrations before it.
    await runToEnd(context, { ...errand, command: commandOf(step.command, places), env: environmentOf({ ...spec.env, ...step.env }, places) });
  }
  await Promise.all(node.replicas.map((replica) => startReplica(node, replica, { context })));
  const plans = readyPlans(node, nodeAccess(layout.addresses, node.name));
  await Promise.all(plans.map((plan) => untilReady(plan, { watch, signal, endedAs: "target-not-ready" })));
}

/** `change`: in what it is other than the target says. */
export async function startReplica({ spec }: NodeLayout, replica: Replica, { context, change }: { context: BootContext; change?: Pick<Version, "command" | "env"> }): Promise<void> {
  if (spec.kind !== "process") return;
  const places = placesOf(replica, context);
  const command = commandOf(change?.command ?? spec.command, places);
  const env = environmentOf({ ...spec.env, ...change?.env }, places);
  const workingFolder = folderOf(spec, context.targetFolder);
  await Promise.all(Object.values(replica.ports).map((port) => port.release()));
  await context.supervisor.spawn({
    id: replica.child,
    command,
    workingFolder,
    env,
    restart: { policy: spec.restart.policy, delayMs: parseDurationMs(spec.restart.delay) },
    stop: { signal: "SIGTERM", withinMs: stopWithinMs },
    runAs: null,
    input: false,
  });
}

function placesOf(replica: Replica, { run, supervisor, layout }: BootContext): PlaceContext {
  return { run, scratchFolder: supervisor.scratchFolder, layout, replica };
}

/** "node" is the pinned one that runs us, not what the path holds. */
function commandOf(command: readonly string[], places: PlaceContext): string[] {
  const [program = "", ...rest] = command.map((word) => fillPlaces(word, places));
  return [program === "node" ? process.execPath : program, ...rest];
}

function environmentOf(env: Readonly<Record<string, string>>, places: PlaceContext): Record<string, string> {
  const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fillPlaces(value, places)]));
  const base = minimalEnvironment();
  // A script that says "node" gets the pinned one as well.
  return { ...base, PATH: `${dirname(process.execPath)}:${base["PATH"]}`, ...own };
}

function folderOf({ workingFolder }: ProcessSpec, targetFolder: string): string {
  if (workingFolder === undefined) return targetFolder;
  return isAbsolute(workingFolder) ? workingFolder : join(targetFolder, workingFolder);
}
