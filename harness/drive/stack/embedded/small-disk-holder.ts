/**
 * Mounts a small file system and keeps it: `unshare --mount … node small-disk-holder.ts <options> <folder>`. It is meant for a mount
 * namespace of its own and refuses to work in its parent's, where the mount would outlive it.
 */

import { execFile } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { promisify } from "node:util";
import { RoadworthyError } from "../../../base/error.ts";
import { runSpawned } from "../../../base/spawned.ts";

const mountWithinMs = 5_000;

await runSpawned(async ({ say, ended }) => {
  const [options = "", folder = ""] = process.argv.slice(2);
  if (namespaceOf("self") === namespaceOf(String(process.ppid))) {
    throw new RoadworthyError("stack-unavailable", "it would mount a file system for the whole machine", { hint: "start it by `unshare --mount`" });
  }
  await promisify(execFile)("mount", ["-t", "tmpfs", "-o", options, "roadworthy", folder], { timeout: mountWithinMs });
  say("mounted");
  if (!ended.aborted) await once(ended, "abort");
});

function namespaceOf(process: string): string {
  return readlinkSync(`/proc/${process}/ns/mnt`);
}
