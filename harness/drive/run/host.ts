/** Facts about the machine and the build, for the log's header. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { promisify } from "node:util";
import type { RunHeader } from "../../log/event.ts";
import type { Target } from "../../scenario/target/target.ts";
import { binaryVersions } from "../stack/binaries.ts";

const toolTimeoutMs = 5000;

export function hostFacts(): RunHeader["host"] {
  const models = cpus();
  const memoryMiB = Math.round(totalmem() / 1024 / 1024);
  const facts = [platform(), arch(), release(), models[0]?.model ?? "", models.length, memoryMiB].join("|");
  return { platform: `${platform()} ${arch()}`, cpus: models.length, memoryMiB, fingerprint: createHash("sha256").update(facts).digest("hex").slice(0, 12) };
}

/** Short id of the commit that `folder` is at, or null outside a repository. */
export async function commitOf(folder: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", folder, "rev-parse", "--short", "HEAD"], { timeout: toolTimeoutMs });
    return stdout.trim();
  } catch {
    return null;
  }
}

/** Names and versions of what the target's nodes run on. */
export async function versionsOf(target: Target): Promise<string[]> {
  const kinds = new Set(Object.values(target.nodes).map((node) => node.kind));
  return [...(await binaryVersions(kinds)), `Node ${process.versions.node}`];
}
