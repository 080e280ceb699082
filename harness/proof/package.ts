/**
 * Fills `dist/` for the published package: JavaScript and types of every room but `proof`, and the data files beside them. Run by `npm pack`.
 * A checkout needs none of it; Node strips no types under `node_modules`, so a package does.
 */

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../base/entry.ts";
import type { SourceFile } from "./tidy/source-file.ts";
import { readProject } from "./tidy/project.ts";
import { parseManifest } from "./tidy/rules/manifest.ts";

const dist = join(packageRoot, "dist");
const rooms = /^(?:harness|scenarios|targets|reports|compose)\//;
const forTestsAlone = /\/(?:corpus|golden)\/|^targets\/shop\//;

rmSync(dist, { recursive: true, force: true });
compile();
const project = readProject(packageRoot);
const copied = [...project.files.values()].filter(isData);
for (const { path } of copied) {
  mkdirSync(dirname(join(dist, path)), { recursive: true });
  copyFileSync(join(packageRoot, path), join(dist, path));
}
checkPromises(project.files.get("package.json")?.text ?? "{}");
console.log(`dist: compiled, ${copied.length} data files copied`);

function compile(): void {
  const compiler = join(packageRoot, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", "harness/tsconfig.build.json"], { cwd: packageRoot, stdio: "inherit" });
  // The compiler has said what is wrong.
  if (status !== 0) process.exit(1);
}

function isData(file: SourceFile): boolean {
  if (!rooms.test(file.path) || file.isForTests || forTestsAlone.test(file.path)) return false;
  return !file.isTypeScript && !/\.(?:md|cjs)$|\/tsconfig[\w.]*\.json$/.test(file.path);
}

/** Every path that package.json promises to users must be there. */
function checkPromises(text: string): void {
  const { bin, exports } = parseManifest(text);
  const promised = [...JSON.stringify([bin, exports]).matchAll(/"((?:\.\/)?[\w./-]+\.[\w.]+)"/g)].map(([, path = ""]) => path);
  const missing = promised.filter((path) => !existsSync(join(packageRoot, path)));
  if (missing.length > 0) throw new Error(`package.json promises ${missing.join(", ")}, which the build did not make`);
}
