/** Which image of Ryuk is used: one that the engine has already. None is ever pulled. */

import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { engineJson } from "../../supervisor/system/engine.ts";
import { inspectImage } from "../docker/images.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const askWithinMs = 10_000;
/** As Docker and as Podman write it. A name that only ends so could be anybody's, and Ryuk is given the engine: that one is named by hand. */
const repositories = new Set(["testcontainers/ryuk", "docker.io/testcontainers/ryuk"]);
const imagesSchema = z.array(z.object({ RepoTags: z.array(z.string()).nullish() }));

/** The one that RYUK_CONTAINER_IMAGE names, as for Testcontainers; else the newest of Ryuk's own. null when there is none. Throws `tool-missing` when the named one is not here. */
export async function reaperImage(endpoint: string, environment: Environment): Promise<string | null> {
  const named = environment["RYUK_CONTAINER_IMAGE"] ?? "";
  if (named === "") return newest(await tagsOf(endpoint));
  if ((await inspectImage(endpoint, named)) !== null) return named;
  throw new RoadworthyError("tool-missing", `the engine does not have the image ${named}, which RYUK_CONTAINER_IMAGE names`, { hint: `docker pull ${named}` });
}

async function tagsOf(endpoint: string): Promise<string[]> {
  const images = await engineJson(endpoint, { method: "GET", path: "/images/json", withinMs: askWithinMs }, { of: imagesSchema });
  return images.flatMap(({ RepoTags: tags }) => tags ?? []).filter((tag) => repositories.has(tag.slice(0, tag.lastIndexOf(":"))));
}

/** 0.14.0 is newer than 0.9.0, and a word such as `latest` newer than both. */
function newest(tags: readonly string[]): string | null {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return tags.toSorted((a, b) => compare(releaseOf(a), releaseOf(b))).at(-1) ?? null;
}

function releaseOf(tag: string): string {
  return tag.slice(tag.lastIndexOf(":") + 1);
}
