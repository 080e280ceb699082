/** Where a proof with containers can be carried out: an engine that answers, with the images of the reference system in it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/entry.ts";
import { RoadworthyError } from "../../base/error.ts";
import { inspectImage } from "../../drive/stack/docker/images.ts";
import { engineEndpoint, engineVersion } from "../../drive/stack/tools/container-engine.ts";

export interface Ground {
  readonly endpoint: string;
  /** "Docker Engine 20.10.24". */
  readonly version: string;
  /** Names of the images, as variables of the compose file. */
  readonly images: Readonly<Record<string, string>>;
}

/** Throws `stack-unavailable` without an engine or one of the images, with what helps. */
export async function findGround(endpoint: string = engineEndpoint()): Promise<Ground> {
  const version = await engineVersion(endpoint);
  const images = localImages();
  for (const name of Object.values(images)) {
    if ((await inspectImage(endpoint, name)) === null) throw new RoadworthyError("stack-unavailable", `the engine has no image ${name}`, { where: endpoint, hint: "make it by `npm run images`" });
  }
  return { endpoint, version, images };
}

/** Those that are made here, unless the environment names others. */
function localImages(): Record<string, string> {
  const lines = readFileSync(join(packageRoot, "compose/images/local.env"), "utf8").split("\n");
  const named = lines.flatMap((line): [string, string][] => {
    const [, name, value] = /^(\w+)=(.+)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, process.env[name] ?? value]];
  });
  return Object.fromEntries(named);
}
