/**
 * Where tools that were prepared once are kept for the next run: `~/.cache/roadworthy`, and for root, or without a home that can be
 * written, a folder of that user under /var/tmp. Servers run as an unprivileged user there, which cannot look into root's home.
 * ROADWORTHY_CACHE names another one; everybody must be able to read it.
 */

import { accessSync, constants, lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { RoadworthyError } from "../../../base/error.ts";

export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const uid = process.getuid?.() ?? 0;
  const chosen = environment["ROADWORTHY_CACHE"];
  if (chosen !== undefined && canHave(chosen)) return chosen;
  const atHome = join(environment["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "roadworthy");
  if (uid !== 0 && canHave(atHome)) return atHome;
  const shared = `/var/tmp/roadworthy-cache-${uid}`;
  if (!canHave(shared)) throw new RoadworthyError("cannot-write", `cannot make a cache in ${atHome} nor in ${shared}`, { hint: "set XDG_CACHE_HOME to a folder that can be written", where: shared });
  refuseForeign(shared, uid);
  return shared;
}

function canHave(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** /var/tmp belongs to everybody: a folder that somebody else put there could hold programs of theirs. */
function refuseForeign(folder: string, uid: number): void {
  const facts = lstatSync(folder);
  const own = facts.isDirectory() && facts.uid === uid && (facts.mode & 0o022) === 0;
  if (!own) throw new RoadworthyError("not-allowed", `${folder} is not a folder that only you can write`, { where: folder, hint: "look who made it, and remove it" });
}
