/**
 * The images of `compose/`, made of what this machine has: no registry is asked. All stand on one base (`base-image.ts`); what the recipes
 * add is in `compose/images/<name>`, and an image that has not changed costs a look into the engine's cache.
 */

import { chmodSync, copyFileSync, cpSync, mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/entry.ts";
import { provideToxiproxy } from "../../drive/stack/tools/toxiproxy-binary.ts";
import type { Docker } from "./docker.ts";

export interface Recipe {
  readonly name: string;
  /** The image that it stands on, by the name of its build argument. */
  readonly on: Readonly<Record<string, string>>;
  /** A program that is laid beside the Dockerfile, by the name that it has there. */
  readonly program?: { readonly as: string; readonly path: (say: (line: string) => void) => Promise<string> };
  /** Whether its context is the whole checkout, of which `.dockerignore` lets little through. */
  readonly fromCheckout?: boolean;
}

export const base = "debian";
const onBase = { BASE_IMAGE: imageName(base) };

/** In the order in which they need one another. */
export const recipes: readonly Recipe[] = [
  { name: "postgres", on: onBase },
  { name: "redis", on: onBase },
  { name: "node", on: onBase, program: { as: "node", path: () => Promise.resolve(process.execPath) } },
  { name: "toxiproxy", on: onBase, program: { as: "toxiproxy", path: async (say) => (await provideToxiproxy(say)).path } },
  { name: "continuum-report", on: { NODE_IMAGE: imageName("node") }, fromCheckout: true },
];

/** "roadworthy/postgres:local": never one that a registry could be asked for by accident. */
export function imageName(name: string): string {
  return `roadworthy/${name}:local`;
}

/** Answers with the image's id. */
export async function buildImage(recipe: Recipe, docker: Docker, say: (line: string) => void): Promise<string> {
  const folder = join(packageRoot, "compose", "images", recipe.name);
  using staging = mkdtempDisposableSync(join(tmpdir(), "roadworthy-image-"));
  const context = recipe.fromCheckout === true ? packageRoot : staging.path;
  if (recipe.fromCheckout !== true) cpSync(folder, staging.path, { recursive: true });
  if (recipe.program !== undefined) {
    const place = join(staging.path, recipe.program.as);
    copyFileSync(await recipe.program.path(say), place);
    chmodSync(place, 0o755);
  }
  const args = Object.entries(recipe.on).flatMap(([name, image]) => ["--build-arg", `${name}=${image}`]);
  // Nothing that a recipe does needs a network: what comes from elsewhere is in the base.
  await docker("build", "--quiet", "--network", "none", "--tag", imageName(recipe.name), ...args, "--file", join(folder, "Dockerfile"), context);
  return await docker("image", "inspect", "--format", "{{.Id}}", imageName(recipe.name));
}
