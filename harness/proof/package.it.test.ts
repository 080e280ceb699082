/** The package as users get it: packed, unpacked in a folder that knows no TypeScript, and run through its launcher. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { packageRoot } from "../base/entry.ts";

const version = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"))).version;

it("runs when installed elsewhere", () => {
  using user = installedPackage();
  const run = (...words: string[]): string => execFileSync(process.execPath, [join(user.home, "harness", "cli", "launcher.cjs"), ...words], { cwd: user.folder, encoding: "utf8" });
  expect(run("--version").trim()).toBe(version);
  expect(run("list")).toContain("postgres-outage");
  const script = 'import { defineScenario } from "roadworthy"; import * as run from "roadworthy/run"; console.log(typeof defineScenario, typeof run);';
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: user.folder, encoding: "utf8" });
  expect(printed.trim()).toBe("function object");
  // No TypeScript but types, no tests, and none of what proves ourselves.
  const files = readdirSync(user.home, { recursive: true, encoding: "utf8" });
  expect(files).toContain("LICENSE");
  expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\.|\.fixture\.|^dist\/harness\/proof/.test(file))).toEqual([]);
});

/** `npm pack`, unpacked under a `node_modules` that has our own dependencies beside it: what an install does, without a registry. */
function installedPackage(): Disposable & { folder: string; home: string } {
  const folder = mkdtempSync(join(tmpdir(), "roadworthy-package-"));
  const modules = join(folder, "node_modules");
  const home = join(modules, "roadworthy");
  mkdirSync(home, { recursive: true });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: packageRoot, stdio: ["ignore", "inherit", "inherit"] });
  execFileSync("tar", ["-xzf", join(folder, `roadworthy-${version}.tgz`), "-C", home, "--strip-components=1"]);
  for (const name of readdirSync(join(packageRoot, "node_modules"))) symlinkSync(join(packageRoot, "node_modules", name), join(modules, name));
  return { folder, home, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
