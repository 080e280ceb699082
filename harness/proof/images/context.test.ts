import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { packageRoot } from "../../base/entry.ts";
import { imageName, recipes } from "./recipes.ts";

const named = z.record(z.string(), z.string()).default({});
const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dependencies: named, optionalDependencies: named })) });

const read = (path: string): string => readFileSync(join(packageRoot, path), "utf8");

/** Every package that these lead to, as they lie in `node_modules`. */
function closureOf(roots: readonly string[]): Set<string> {
  const { packages } = lockSchema.parse(JSON.parse(read("package-lock.json")));
  const found = new Set<string>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const path = `node_modules/${name}`;
    const facts = packages[path];
    if (facts === undefined) throw new Error(`${name} lies deeper than node_modules/${name}: the image would lack it`);
    if (found.has(path)) continue;
    found.add(path);
    open.push(...Object.keys(facts.dependencies), ...Object.keys(facts.optionalDependencies));
  }
  return found;
}

test("the image of the reference service holds every package that its imports lead to, and no other", () => {
  const letThrough = read(".dockerignore").split("\n").flatMap((line) => (line.startsWith("!node_modules/") ? [line.slice(1)] : []));
  expect(letThrough.toSorted()).toEqual([...closureOf(["pg", "ioredis"])].toSorted());
});

test("the images that are made are those that the file of variables names", () => {
  const images = [...read("compose/images/local.env").matchAll(/^(\w+)_IMAGE=(.+)$/gm)].map(([, variable = "", image = ""]) => ({ name: variable.toLowerCase().replaceAll("_", "-"), image }));
  expect(images.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(recipes.map(({ name }) => ({ name, image: imageName(name) })).toSorted((a, b) => (a.name < b.name ? -1 : 1)));
});
