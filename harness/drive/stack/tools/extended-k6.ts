/**
 * A k6 with extensions, which Go builds from a folder that names them in `main.go` and pins them in `go.mod` and `go.sum` (`scenarios/k6-redis` is
 * one). It is kept in the cache by the contents of these three, so that another folder, or the same one changed, is another k6.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { RoadworthyError, systemErrorCode } from "../../../base/error.ts";
import { cacheFolder } from "./cache-folder.ts";
import { apartFromRuns, compile, missingTool, onPath } from "./go-tool.ts";
import { k6 } from "./k6-binary.ts";

const sources = ["main.go", "go.mod", "go.sum"] as const;

/** Its path. Throws `usage` for a folder that is none of these, `tool-missing` where it cannot be built. */
export async function provideExtendedK6(folder: string, onProgress: (note: string) => void): Promise<string> {
  const path = extendedK6Path(folder);
  if (existsSync(path)) return path;
  const go = onPath("go");
  if (go === null) throw missingTool(k6, `there is no Go to build one from ${folder}`);
  onProgress(`building k6 with the extensions of ${folder}, a minute or two the first time`);
  await apartFromRuns(onProgress, async (context) => {
    await compile(context, { go, args: ["-mod=readonly", "-ldflags", k6.linkerFlags("").join(" "), "."], folder: resolve(folder), program: k6.program, failsAs: k6.failsAs, path });
  });
  return path;
}

/** Where the k6 of this folder is, once it was built. */
export function extendedK6Path(folder: string): string {
  const hash = createHash("sha256");
  for (const name of sources) hash.update(`${name}\n`).update(readSource(folder, name));
  return join(cacheFolder(), "k6", `k6-extended-${hash.digest("hex").slice(0, 16)}-${process.platform}-${process.arch}`);
}

function readSource(folder: string, name: string): Buffer {
  try {
    return readFileSync(join(folder, name));
  } catch (error) {
    throw new RoadworthyError("usage", `${join(folder, name)} cannot be read: ${systemErrorCode(error) ?? "unknown"}`, { hint: `name a folder with ${sources.join(", ")}, such as scenarios/k6-redis` });
  }
}
