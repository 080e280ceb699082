/** What a proof last found, and under what conditions, for `RESULTS.md`. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/entry.ts";
import { isoTime, wallClockMs } from "../../base/time.ts";

/** `2026-11-21, commit 1234567, 2 cores (…), 24 GiB, linux x64, Node 26.10.0, <more>.` */
export function conditions(...more: readonly string[]): string {
  const commit = execFileSync("git", ["-C", packageRoot, "rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;
  return `${[isoTime(wallClockMs()).slice(0, 10), `commit ${commit}`, machine, `Node ${process.versions.node}`, ...more].join(", ")}.`;
}

/** Replaces what stands between the marks of the program `name`. */
export function recordResult(name: string, text: string): void {
  const path = join(packageRoot, "harness/proof/RESULTS.md");
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [before, rest] = readFileSync(path, "utf8").split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new TypeError(`RESULTS.md has no place for ${name}`);
  writeFileSync(path, `${before}${begin}\n${text}\n${end}${after}`);
}
