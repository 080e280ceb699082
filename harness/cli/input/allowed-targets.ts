/**
 * Hosts beyond loopback that this command may touch: named on the command line and, with the same port, in the committed
 * `roadworthy.allow.yaml` of the present folder. Neither alone allows anything (R29).
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { RoadworthyError, messageOf } from "../../base/error.ts";
import { formatAddress, parseAddress, type HostAndPort } from "../../base/loopback-address.ts";
import { pinAllowed } from "../../drive/guard/pin-allowed.ts";
import type { Resolve } from "../../drive/guard/guard.ts";
import { allowFileName, allowFileSchema, type AllowFile, type ComposeAllowance } from "../../scenario/target/allow.ts";
import { readDataFile } from "./data-file.ts";

const gitLimitMs = 5_000;

/** `address:port` pairs, looked up and pinned. Throws `usage` for what is no host and port, `not-allowed` for what the file does not hold or may never be touched. */
export async function allowedTargets(flags: readonly string[], folder: string, lookUp?: Resolve): Promise<string[]> {
  if (flags.length === 0) return [];
  const wanted = flags.map(placeOf);
  const path = join(folder, allowFileName);
  const listed = (await readAllowFile(path))?.hosts;
  if (listed === undefined) throw new RoadworthyError("not-allowed", `there is no ${allowFileName}`, { hint: "--allow-target counts only together with an entry in this file, committed", where: path });
  const missing = wanted.find((place) => !listed.some((entry) => entry.port === place.port && entry.host.toLowerCase() === place.host.toLowerCase()));
  if (missing !== undefined) {
    throw new RoadworthyError("not-allowed", `${formatAddress(missing)} is not in ${allowFileName}`, {
      hint: `add { host: ${missing.host}, port: ${missing.port}, reason: … } to its hosts, and commit it`,
      where: path,
    });
  }
  await assertCommitted(path, folder);
  return await pinAllowed(wanted, lookUp);
}

function placeOf(flag: string): HostAndPort {
  const place = parseAddress(flag);
  if (place !== null && place.host !== "" && place.port > 0) return place;
  throw new RoadworthyError("usage", `--allow-target "${flag}" is not host:port`, { hint: "write a host and a port, such as staging.internal:443" });
}

/** What containers may be given that is not the run's own (R38); nothing without the file. Paths are absolute. */
export async function composeAllowance(folder: string): Promise<ComposeAllowance> {
  const path = join(folder, allowFileName);
  const allowed: ComposeAllowance = (await readAllowFile(path))?.compose ?? { binds: [], volumes: [], networks: [], engines: [], egress: [] };
  const lists = [allowed.binds, allowed.volumes, allowed.networks, allowed.engines, allowed.egress];
  if (allowed.machine !== undefined || lists.some((list) => list.length > 0)) await assertCommitted(path, folder);
  return { ...allowed, binds: allowed.binds.map((bind) => ({ ...bind, path: resolve(folder, bind.path) })) };
}

async function readAllowFile(path: string): Promise<AllowFile | null> {
  if (!existsSync(path)) return null;
  const checked = allowFileSchema.safeParse(await readDataFile(path));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new RoadworthyError("usage", `${path} is not valid: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`, { hint: "hosts is a list of host, port and reason; compose has lists of binds, volumes, networks, engines and egress, and machine with its reason", where: path });
}

/** In a git checkout the file counts as it was committed; elsewhere as it is. */
async function assertCommitted(path: string, folder: string): Promise<void> {
  const git = async (...args: string[]): Promise<string> => (await promisify(execFile)("git", ["-C", folder, ...args], { timeout: gitLimitMs })).stdout;
  if (!(await isCheckout(git))) return;
  try {
    await git("ls-files", "--error-unmatch", "--", path);
    if ((await git("status", "--porcelain", "--", path)).trim() === "") return;
  } catch (error) {
    throw new RoadworthyError("not-allowed", `${allowFileName} is not committed: ${messageOf(error).split("\n").at(0)}`, { hint: "commit it: others must be able to see what was allowed", where: path, cause: error });
  }
  throw new RoadworthyError("not-allowed", `${allowFileName} holds changes that are not committed`, { hint: "commit it: others must be able to see what was allowed", where: path });
}

async function isCheckout(git: (...args: string[]) => Promise<string>): Promise<boolean> {
  try {
    return (await git("rev-parse", "--is-inside-work-tree")).trim() === "true";
  } catch {
    return false;
  }
}
