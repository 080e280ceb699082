/** Boots a node of kind `redis`: its data in the scratch folder, on loopback only. */

import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseDurationMs } from "../../../base/duration.ts";
import { untilReady, readyPlans } from "../ready.ts";
import { nodeAccess } from "../address.ts";
import { prepareRedis, redisVersion } from "../tools/redis-binary.ts";
import { unprivilegedUser } from "../tools/run-as.ts";
import { minimalEnvironment, type BootContext } from "./context.ts";
import type { NodeLayout } from "./layout.ts";
import { embeddedVolume } from "../volume/embedded-volume.ts";
import { giveDisk } from "./small-disk.ts";

const stopWithinMs = 5_000;

/** Answers with its name and version. */
export async function bootRedis(node: NodeLayout, context: BootContext): Promise<string> {
  if (node.spec.kind !== "redis") return "";
  const { supervisor, watch, signal, layout } = context;
  const binary = await prepareRedis(context);
  const runAs = unprivilegedUser();
  const [{ child, ports }] = node.replicas;
  const folder = join(supervisor.scratchFolder, child);
  mkdirSync(folder, { mode: 0o700 });
  if (runAs !== null) chownSync(folder, runAs.uid, runAs.gid);
  const disk = await giveDisk(context, { child, folder, sizeMiB: node.spec.diskMiB, runAs });
  context.stores.set(node.name, { folder: disk.seenAt, disk: disk.facts });
  const ready = async (): Promise<void> => {
    for (const plan of readyPlans(node, nodeAccess(layout.addresses, node.name))) await untilReady(plan, { watch, signal, endedAs: "stack-unavailable" });
  };
  context.volumes.set(node.name, embeddedVolume(context, { child, folder, seenAt: disk.seenAt, disk, owner: runAs, template: null, untilReady: ready }));
  const port = ports["main"];
  await port?.release();
  // Without a word about saving, a server of ours keeps nothing: what it keeps is the target's decision.
  const settings = { save: "", ...node.spec.settings, port: String(port?.port), bind: "127.0.0.1", dir: folder, daemonize: "no" };
  const { restart } = node.spec;
  await supervisor.spawn({
    id: child,
    ...disk.inside([binary.path, ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])]),
    workingFolder: folder,
    env: minimalEnvironment(folder),
    restart: { policy: restart.policy, delayMs: parseDurationMs(restart.delay) },
    stop: { signal: "SIGTERM", withinMs: stopWithinMs },
    input: false,
  });
  await ready();
  return await redisVersion(binary);
}
