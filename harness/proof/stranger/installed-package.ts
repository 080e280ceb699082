/** The package as users get it: packed, installed in a project of theirs, and called from there with nothing of this checkout on the path. */

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../base/entry.ts";

const manifestSchema = z.object({ version: z.string(), bin: z.record(z.string(), z.string()) });
const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().default(false) })) });

export const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")));

/** `npm pack`; the tarball is removed with it. */
export function packedPackage(): Disposable & { tarball: string } {
  const folder = mkdtempSync(join(tmpdir(), "roadworthy-package-"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: packageRoot, stdio: ["ignore", "inherit", "inherit"] });
  return { tarball: join(folder, `roadworthy-${manifest.version}.tgz`), [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What an install does, without a registry: unpacked beside what it depends on, which are the packages of this checkout that it does not have for its own making. */
export function installLinked(project: string, tarball: string): void {
  const modules = join(project, "node_modules");
  const home = join(modules, "roadworthy");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  mkdirSync(home);
  execFileSync("tar", ["-xzf", tarball, "-C", home, "--strip-components=1"]);
  for (const name of productionPackages()) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(packageRoot, "node_modules", name), join(modules, name));
  }
  for (const [name, path] of Object.entries(manifest.bin)) symlinkSync(join(home, path), join(modules, ".bin", name));
}

/** By npm itself, with everything that it fetches. */
export function installByNpm(project: string, tarball: string): void {
  execFileSync("npm", ["install", "--save-dev", "--no-audit", "--no-fund", tarball], { cwd: project, env: ownersEnvironment({}), stdio: ["ignore", "inherit", "inherit"] });
}

function productionPackages(): string[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(packageRoot, "package-lock.json"), "utf8")));
  // What is not for this platform was not installed.
  return Object.entries(packages).flatMap(([path, { dev }]) => {
    const name = path.replace(/^node_modules\//, "");
    return dev || name === "" || name.includes("node_modules/") || !existsSync(join(packageRoot, path)) ? [] : [name];
  });
}

export interface Called {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npx roadworthy …` in the project. */
export async function npxRoadworthy(project: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Called> {
  const child = spawn("npx", ["--no", "--", "roadworthy", ...words], { cwd: project, env: ownersEnvironment(env), stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) child[stream].setEncoding("utf8").on("data", (text) => void (said[stream] += String(text)));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject).once("close", resolve);
  return { exitCode: await promise, ...said };
}

/** Nothing that npm or this checkout put into ours: the Node is the machine's, and so is everything else. */
export function ownersEnvironment(more: Readonly<Record<string, string>>): Record<string, string> {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules") && !folder.startsWith(packageRoot));
  const kept = Object.entries(process.env).flatMap(([name, value]): [string, string][] => (value !== undefined && /^(HOME|USER|LANG|TMPDIR|XDG_\w+|DOCKER_\w+|ROADWORTHY_CACHE|https?_proxy|no_proxy|npm_config_(?:registry|cache))$/i.test(name) ? [[name, value]] : []));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), NO_COLOR: "1", npm_config_loglevel: "error", ...more };
}
