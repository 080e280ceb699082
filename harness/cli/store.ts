/** Where runs are kept: `reports/runs/<id>` in a checkout of Roadworthy, `roadworthy-runs/<id>` in a user's own repository. */

import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { isAbsolute, join, resolve, sep } from "node:path";
import { z } from "zod";
import { isCheckout, packageRoot } from "../base/entry.ts";
import { RoadworthyError, systemErrorCode } from "../base/error.ts";
import { freshToken } from "../base/random.ts";
import { isoTime, wallClockMs } from "../base/time.ts";
import type { PreviousRun } from "../log/event.ts";
import { partsOfRepeatRun } from "../log/repeat-folder.ts";

const runIdPattern = /^\d{4}-\d{2}-\d{2}-\d{4}-[a-z0-9]{3}$/;

/** Whether the command was given inside a checkout of Roadworthy itself. */
export function isOwnCheckout(): boolean {
  return isCheckout && realpathSync(process.cwd()) === realpathSync(packageRoot);
}

export function storeFolder(out: string | undefined): string {
  if (out !== undefined) return resolve(out);
  return isOwnCheckout() ? join(packageRoot, "reports", "runs") : resolve("roadworthy-runs");
}

export interface NewRun {
  run: string;
  folder: string;
}

/** Makes the folder of a new run. Throws `cannot-write`. */
export function createRun(store: string): NewRun {
  const minute = isoTime(wallClockMs()).slice(0, 16).replace("T", "-").replace(":", "");
  const run = `${minute}-${freshToken(3)}`;
  const folder = join(store, run);
  try {
    mkdirSync(store, { recursive: true });
    mkdirSync(folder);
  } catch (error) {
    throw new RoadworthyError("cannot-write", `cannot make ${folder}: ${systemErrorCode(error) ?? String(error)}`, {
      hint: "check that the folder may be written, or choose another with --out",
      where: folder,
      cause: error,
    });
  }
  return { run, folder };
}

/** The folder of a recorded run, named by id or by path. Throws `not-found`. */
export function findRun(name: string, out: string | undefined): string {
  if (runIdPattern.test(name)) return existingRun(storeFolder(out), name);
  const repeat = partsOfRepeatRun(name);
  if (repeat !== null && runIdPattern.test(repeat.series)) return repeatOfRun(existingRun(storeFolder(out), repeat.series), repeat.folder);
  if (name.includes(sep) || name === "." || isAbsolute(name)) return pathOfRun(resolve(name));
  throw new RoadworthyError("not-found", `"${name}" is neither the id of a run nor a path`, { hint: 'ids look like "2026-11-20-1402-k3f"; a folder is written as ./folder' });
}

/** The folder of the run with this id, which is a real folder of the store. Throws `not-found`, and `not-allowed` for a link. */
export function existingRun(store: string, run: string): string {
  if (!runIdPattern.test(run)) throw new RoadworthyError("not-found", `"${run}" is not the id of a run`, { hint: 'ids look like "2026-11-20-1402-k3f"' });
  const folder = join(store, run);
  if (!existsSync(folder)) throw new RoadworthyError("not-found", `there is no run ${run} in ${store}`, { hint: "name another run, or its store with --out", where: folder });
  if (lstatSync(folder).isSymbolicLink() || !realpathSync(folder).startsWith(realpathSync(store) + sep)) {
    throw new RoadworthyError("not-allowed", `run ${run} leads out of ${store}`, { hint: "name the folder itself by its path", where: folder });
  }
  return folder;
}

function repeatOfRun(series: string, name: string): string {
  const folder = pathOfRun(join(series, name));
  if (folder !== join(realpathSync(series), name)) throw new RoadworthyError("not-allowed", `${name} leads out of ${series}`, { hint: "name the folder itself by its path", where: folder });
  return folder;
}

function pathOfRun(folder: string): string {
  const log = join(folder, "log");
  if (existsSync(log)) {
    // What the folder is called was the user's choice; what lies in it was not.
    if (lstatSync(log).isSymbolicLink()) throw new RoadworthyError("not-allowed", `${log} leads elsewhere`, { hint: "name the folder that it leads to", where: log });
    return realpathSync(folder);
  }
  throw new RoadworthyError("not-found", `there is no recorded run in ${folder}`, { hint: "name the folder that holds the `log` folder of a run", where: folder });
}

const previousSchema = z.object({
  suite: z.string(),
  target: z.string(),
  stack: z.string().default("embedded"),
  outcome: z.string(),
  incomplete: z.string().nullable(),
  objectives: z.array(z.object({ objective: z.string(), outcome: z.string().nullable(), value: z.number().nullable() })),
});

/** The newest whole run of the same suite and target on the same runtime, as it was judged then. */
export function previousRun(store: string, { suite, target, stack }: { suite: string; target: string; stack: string }): PreviousRun | null {
  if (!existsSync(store)) return null;
  const entries = readdirSync(store, { withFileTypes: true });
  const runs = entries.filter((entry) => entry.isDirectory() && runIdPattern.test(entry.name)).map((entry) => entry.name);
  for (const run of runs.toSorted().toReversed()) {
    const found = readSuite(join(store, run, "suite.json"));
    if (found === null || found.suite !== suite || found.target !== target || found.stack !== stack || found.incomplete !== null) continue;
    return { run, outcome: found.outcome, objectives: found.objectives.map(({ objective, outcome, value }) => ({ objective, outcome, value })) };
  }
  return null;
}

function readSuite(path: string): z.infer<typeof previousSchema> | null {
  if (!existsSync(path) || lstatSync(path).isSymbolicLink()) return null;
  try {
    return previousSchema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data ?? null;
  } catch {
    return null;
  }
}
