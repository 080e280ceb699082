/** The verb as it is called, in a package of its own: TypeScript is written there, and `plan` takes it as it is. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { packageRoot } from "../../base/entry.ts";
import { temporaryFolder } from "../../base/spawned.fixture.ts";

const compose = `
services:
  db: { image: postgres }
  api: { build: ., ports: ["8000:8000"], environment: { DATABASE_URL: "postgres://db/app" } }
`;
const printed = z.object({ target: z.string(), entry: z.string(), files: z.array(z.object({ path: z.string(), fate: z.string() })), notSetUp: z.array(z.object({ what: z.string() })) });

it("writes TypeScript beside a package.json that has roadworthy, and what it wrote is planned by its name", () => {
  using folder = temporaryFolder();
  const root = join(folder.path, "Shop_2");
  // What an install does: a package by its name. Not under node_modules itself, where Node takes no TypeScript.
  const library = join(folder.path, "library");
  mkdirSync(join(root, "node_modules"), { recursive: true });
  mkdirSync(library);
  writeFileSync(join(library, "package.json"), JSON.stringify({ name: "roadworthy", type: "module", exports: { ".": "./index.ts", "./package.json": "./package.json" } }));
  writeFileSync(join(library, "index.ts"), `export * from ${JSON.stringify(join(packageRoot, "harness", "index.ts"))};\n`);
  symlinkSync(library, join(root, "node_modules", "roadworthy"));
  writeFileSync(join(root, "package.json"), '{ "name": "shop", "type": "module" }');
  writeFileSync(join(root, "compose.yaml"), compose);
  const call = (...words: string[]): string => execFileSync(process.execPath, [join(packageRoot, "harness", "cli", "main.ts"), ...words], { cwd: root, encoding: "utf8" });

  const told = printed.parse(JSON.parse(call("init", "--json", "--deep-check", "/ready", "--write", "PUT /orders/{{id}}", "--read-back", "sql: SELECT id FROM orders", "--no-ci")));
  expect(told).toMatchObject({ target: "shop_2", entry: "api" });
  expect(told.files.map(({ path }) => path)).toContain("chaos/shop_2/target.ts");
  expect(told.files.filter(({ path }) => path.endsWith(".yml"))).toEqual([]);
  expect(readFileSync(join(root, "chaos", "shop_2", "target.ts"), "utf8")).toContain('import { objectives } from "./objectives.ts";');
  expect(call("plan", "gate")).toMatch(/^shop_2 · gate · seed \d+ · 3 scenarios/);
});
