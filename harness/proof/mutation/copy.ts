/** A copy of this repository in which guards are taken out: what is checked is never touched. Packages are those of the original. */

import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { packageRoot } from "../../base/entry.ts";
import { mutated, type Mutation } from "./row.ts";

const leftOut = new Set(["node_modules", ".git", ".cache", "dist", "reports/runs", "roadworthy-runs"]);

export interface Copy extends Disposable {
  readonly folder: string;
  /** The guard is gone until the result is disposed. */
  without(mutation: Mutation): Disposable;
}

export function copyRepository(): Copy {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "roadworthy-mutation-")));
  cpSync(packageRoot, folder, { recursive: true, filter: (path) => !leftOut.has(relative(packageRoot, path)) });
  symlinkSync(join(packageRoot, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    without(mutation) {
      const path = join(folder, mutation.file);
      const whole = existsSync(path) ? readFileSync(path, "utf8") : "";
      writeFileSync(path, mutated(mutation, whole));
      return { [Symbol.dispose]: () => writeFileSync(path, whole) };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
