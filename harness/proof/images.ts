/**
 * Images for `compose/` without a registry: `npm run images`, or some of them: `npm run images -- postgres redis`. The first time takes a
 * few minutes and needs root (a Debian is fetched from its packages), later ones seconds. Prints what `compose/images/local.env` names.
 */

import { parseArgs } from "node:util";
import { exitCodes } from "../base/error.ts";
import { nowUs } from "../base/time.ts";
import { provideBase } from "./images/base-image.ts";
import { findDocker } from "./images/docker.ts";
import { base, buildImage, imageName, recipes } from "./images/recipes.ts";
import { tellFailure } from "./results/failed.ts";

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !recipes.some((recipe) => recipe.name === name));
const say = (line: string): void => console.error(line);

if (unknown.length > 0) {
  console.error(`there is no image ${unknown.join(", ")}; images are ${recipes.map(({ name }) => name).join(", ")}`);
  process.exitCode = exitCodes.usage;
} else {
  try {
    await buildAll();
  } catch (error) {
    tellFailure(error);
  }
}

async function buildAll(): Promise<void> {
  const { docker } = await findDocker();
  const startUs = nowUs();
  say(`${imageName(base)}: ${(await provideBase(docker, say)) ? "made" : "is there"}, ${secondsSince(startUs)}`);
  for (const recipe of recipes.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const beganUs = nowUs();
    // One after the other: they stand on one another.
    const id = await buildImage(recipe, docker, say);
    console.log(`${imageName(recipe.name)} ${id.replace("sha256:", "").slice(0, 12)}, ${secondsSince(beganUs)}`);
  }
}

function secondsSince(startUs: number): string {
  return `${((nowUs() - startUs) / 1_000_000).toFixed(1)} s`;
}
