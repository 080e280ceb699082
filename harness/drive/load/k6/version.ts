/** What a k6 says of itself: its release, and the extensions that it was built with. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf, RoadworthyError } from "../../../base/error.ts";

const withinMs = 5000;

/** "k6 v1.8.1", "k6 v1.8.1 with github.com/grafana/xk6-redis v0.3.6". Throws `tool-missing` for a program that says no such thing. */
export async function k6Version(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, ["version"], { timeout: withinMs, env: {} }).catch((error: unknown) => ({ stdout: messageOf(error) }));
  const version = versionIn(stdout);
  if (version !== null) return version;
  throw new RoadworthyError("tool-missing", `${program} is no k6: ${stdout.replaceAll(/\s+/g, " ").trim().slice(0, 200)}`, { hint: "see `roadworthy doctor`", where: program });
}

/** It calls itself by the name of its file: "k6-redis v1.8.1 (go1.26.8, linux/amd64)"; null for what is no such line. */
export function versionIn(output: string): string | null {
  const [first = "", ...others] = output.split("\n");
  const release = /^\S+ (v\d+\.\d+\S*) \(.*\bgo\d/.exec(first)?.[1];
  if (release === undefined) return null;
  const extensions = others.flatMap((line) => /^\s+(\S+ v\S+), /.exec(line)?.[1] ?? []);
  return `k6 ${release}${extensions.length === 0 ? "" : ` with ${[...new Set(extensions)].join(", ")}`}`;
}
