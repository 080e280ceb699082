/** A project that knows nothing of Roadworthy: the shop, copied to a folder of its own, with images of this machine by the variables that its compose file has. */

import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/entry.ts";
import { freshToken } from "../../base/random.ts";
import { inspectImage } from "../../drive/stack/docker/images.ts";
import { engineEndpoint, engineVersion } from "../../drive/stack/tools/container-engine.ts";
import { askEngine } from "../../drive/supervisor/system/engine.ts";

const images = { PYTHON_IMAGE: "roadworthy/debian:local", POSTGRES_IMAGE: "roadworthy/postgres:local", REDIS_IMAGE: "roadworthy/redis:local" };
const proxyImage = "roadworthy/toxiproxy:local";
const removeWithinMs = 30_000;

/** What is missing for it: an engine, or images of `npm run images`. Empty when nothing is. */
export async function missingForShop(): Promise<string> {
  const endpoint = engineEndpoint();
  try {
    await engineVersion(endpoint);
  } catch {
    return "no container engine answers";
  }
  const found = await Promise.all([...Object.values(images), proxyImage].map(async (name) => ((await inspectImage(endpoint, name)) === null ? [name] : [])));
  return found.flat().join(", ");
}

export interface Shop extends AsyncDisposable {
  readonly folder: string;
  /** What its owner says of the images, in the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The compose files as they are now, to be compared with. */
  composeFiles(): string;
}

/** In a git repository of its own; its image is built by the first run, from the sources of now, and removed with it. */
export function shopIn(folder: string): Shop {
  cpSync(join(packageRoot, "targets/shop"), folder, { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
  const image = `shop-app:${freshToken(8)}`;
  writeFileSync(join(folder, ".env"), Object.entries({ ...images, SHOP_IMAGE: image, BUILD_NETWORK: "none" }).map(([name, value]) => `${name}=${value}\n`).join(""));
  writeFileSync(join(folder, "package.json"), '{ "name": "shop", "private": true }\n');
  writeFileSync(join(folder, ".gitignore"), "node_modules/\nroadworthy-runs/\n");
  const git = (...words: string[]): void => void execFileSync("git", ["-C", folder, "-c", "user.name=Shop", "-c", "user.email=shop@localhost", ...words], { stdio: "ignore" });
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "The shop");
  return {
    folder,
    env: { TOXIPROXY_IMAGE: proxyImage },
    composeFiles: () => ["docker-compose.yml", "docker-compose.write-behind.yml"].map((file) => readFileSync(join(folder, file), "utf8")).join("---\n"),
    [Symbol.asyncDispose]: async () => {
      await askEngine(engineEndpoint(), { method: "DELETE", path: `/images/${encodeURIComponent(image)}?force=true`, withinMs: removeWithinMs });
    },
  };
}

/** What the shop's owner tells `init` beside its OpenAPI document, which is found: at once, or the queue later. */
export const toldOfQueue = ["--queue", "redis: LLEN packing"];
export const toldFirst = ["--finished", "sql: SELECT reference FROM orders WHERE status = 'packed'", "--yes"];
export const told = [...toldOfQueue, ...toldFirst];
/** The bug over it, in a folder beside. Orders that are lost are never finished: nothing is told of that, so that no run waits for them. */
export const toldWithBug = ["-f", "docker-compose.yml", "-f", "docker-compose.write-behind.yml", "--out", "chaos-bug", "--yes"];
