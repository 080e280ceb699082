/**
 * The image that all others stand on: a small Debian from its packages (`debootstrap`), with the stores and languages that the images need. One
 * base for all of them is fetched once, and is on the disk once.
 */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempDisposableSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { RoadworthyError, messageOf } from "../../base/error.ts";
import { cacheFolder } from "../../drive/stack/tools/cache-folder.ts";
import { onPath } from "../bench/on-path.ts";
import type { Docker } from "./docker.ts";
import { base, imageName } from "./recipes.ts";

const release = "bookworm";
const packages = ["postgresql-15", "redis-server", "python3-minimal", "python3-psycopg2", "python3-redis"];
/** What no container reads: papers, what packages were unpacked from, the database that a package makes for itself, what the engine lays there anew. */
const leftOut = ["usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt/*", "var/lib/apt/lists/*", "var/lib/postgresql/*/*", "etc/postgresql/*/*", "dev/*", "proc/*", "sys/*"];
const label = "roadworthy.recipe";
const fetchLimitMs = 1_200_000;
const packLimitMs = 300_000;
const outputLimitBytes = 16 * 1024 * 1024;
const shownLines = 8;

/** Of the recipe: another list of packages is another base. */
const recipe = createHash("sha256").update(JSON.stringify({ release, packages, leftOut })).digest("hex").slice(0, 16);

/** Answers whether it had to be made. */
export async function provideBase(docker: Docker, say: (line: string) => void): Promise<boolean> {
  const found = await docker("image", "ls", "--quiet", "--filter", `label=${label}=${recipe}`, imageName(base));
  if (found !== "") return false;
  const program = onPath("debootstrap", `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`);
  if (program === null) throw new RoadworthyError("tool-missing", "there is no debootstrap on this machine", { where: "debootstrap", hint: "apt-get install debootstrap" });
  if (process.getuid?.() !== 0) throw new RoadworthyError("not-allowed", "only root can unpack a system with debootstrap", { where: program, hint: "run it as root, or use the images of a registry" });
  say(`fetching a Debian with ${packages.join(", ")}, a minute or more`);
  using making = mkdtempDisposableSync(join(cacheFolder(), "making-base-"));
  const system = join(making.path, "system");
  const archive = join(making.path, "system.tar");
  await run(program, ["--variant=minbase", `--include=${packages.join(",")}`, release, system], fetchLimitMs);
  await run("tar", ["-C", system, "--one-file-system", ...leftOut.map((path) => `--exclude=./${path}`), "-cf", archive, "."], packLimitMs);
  await docker("import", "--change", `LABEL ${label}=${recipe}`, "--change", "ENV LANG=C.UTF-8", archive, imageName(base));
  return true;
}

async function run(program: string, args: readonly string[], timeout: number): Promise<void> {
  try {
    await promisify(execFile)(program, args, { timeout, maxBuffer: outputLimitBytes });
  } catch (error) {
    throw new RoadworthyError("tool-missing", `${program} failed\n${lastLines(error)}`, { where: program, hint: "it needs a mirror of Debian, and a few hundred megabytes", cause: error });
  }
}

/** debootstrap complains on its standard output. */
function lastLines(error: unknown): string {
  const said = typeof error === "object" && error !== null && "stdout" in error && typeof error.stdout === "string" ? error.stdout : "";
  return [...said.trimEnd().split("\n").slice(-shownLines), messageOf(error)].join("\n");
}
