/** The package as users get it: packed, unpacked in a folder that knows no TypeScript, and run through its launcher; and a stranger's project that is gated with it. */

import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, expect, it, test } from "vitest";
import { packageRoot } from "../base/entry.ts";
import { temporaryFolder } from "../base/spawned.fixture.ts";
import { installLinked, manifest, npxRoadworthy, packedPackage } from "./stranger/installed-package.ts";
import { missingForShop, shopIn, told, toldFirst, toldOfQueue, toldWithBug } from "./stranger/shop.ts";
import { verdictOf } from "./stranger/verdict.ts";

let pack: ReturnType<typeof packedPackage>;
let user: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  pack = packedPackage();
  user = temporaryFolder();
  writeFileSync(join(user.path, "package.json"), '{ "name": "user", "private": true, "type": "module" }');
  installLinked(user.path, pack.tarball);
});
afterAll(() => {
  pack[Symbol.dispose]();
  user[Symbol.dispose]();
});

it("runs when installed elsewhere, with the machine's own Node", async () => {
  const call = async (...words: string[]): Promise<string> => (await npxRoadworthy(user.path, words)).stdout;
  expect((await call("--version")).trim()).toBe(manifest.version);
  expect(await call("list")).toContain("postgres-outage");
  expect(JSON.parse(await call("doctor", "--json"))).toMatchObject({ findings: expect.arrayContaining([{ what: "Node", need: "needed", found: expect.stringMatching(/^\d+\.\d+\.\d+ at .*node/), hint: null }]) });
  const script = 'import { defineScenario } from "roadworthy"; import * as run from "roadworthy/run"; console.log(typeof defineScenario, typeof run);';
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: user.path, encoding: "utf8" });
  expect(printed.trim()).toBe("function object");
});

it("holds what it promises, and nothing else: no TypeScript but types, no tests, none of what proves ourselves, no secrets", async () => {
  const { messages } = await publint({ pkgDir: join(user.path, "node_modules", "roadworthy"), pack: false, strict: true });
  expect(messages).toEqual([]);
  const files = readdirSync(join(user.path, "node_modules", "roadworthy"), { recursive: true, encoding: "utf8", withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(join(user.path, "node_modules", "roadworthy").length + 1));
  expect(paths.filter((path) => !path.startsWith("dist/")).toSorted()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "go.mod", "go.sum", "harness/cli/launcher-child.cjs", "harness/cli/launcher.cjs", "package.json"]);
  expect(paths.filter((path) => /(?<!\.d)\.ts$|\.test\.|\.fixture\.|^dist\/harness\/proof|^dist\/targets\/shop|(?:^|\/)\.(?!dockerignore)|\.(?:pem|key|log|map|tgz)$/.test(path))).toEqual([]);
});

test.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("its types resolve for module %s, moduleResolution %s", (module, moduleResolution) => {
  const folder = join(user.path, moduleResolution);
  mkdirSync(folder);
  const compilerOptions = { module, moduleResolution, target: "es2024", lib: ["es2024", "dom"], strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [], skipLibCheck: false };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["shop.ts"] }));
  const lines = [
    'import { defineTarget, type Scenario } from "roadworthy";',
    'export default defineTarget({ name: "shop", title: "Shop", nodes: { db: { kind: "postgres" } }, objectives: [] });',
    "// @ts-expect-error: a word where a list is wanted, which only shows when the types are there.",
    'export const phases: Scenario["rules"] = "all";',
  ];
  writeFileSync(join(folder, "shop.ts"), lines.join("\n"));
  const compiled = spawnSync(process.execPath, [join(packageRoot, "node_modules", "typescript", "bin", "tsc"), "-p", folder], { encoding: "utf8" });
  expect(compiled.stdout + compiled.stderr).toBe("");
});

const missing = await missingForShop();

// Needs an engine and the images of `npm run images`.
test.skipIf(missing !== "")("a stranger's project is gated without a line of its compose file changed, and a bug that loses orders turns it red", { timeout: 240_000 }, async () => {
  using place = temporaryFolder();
  await using shop = shopIn(join(place.path, "shop"));
  installLinked(shop.folder, pack.tarball);
  const files = shop.composeFiles();
  const init = async (...words: string[]): Promise<string> => (await npxRoadworthy(shop.folder, ["init", ...words])).stdout;
  const add = 'roadworthy init --queue "redis: LLEN jobs"';
  const first = await init(...toldFirst);
  expect(first).toMatch(/shop: 5 services, and what openapi\.yaml says[^]*links: api → db, api → cache, packer → db, packer → cache[^]*written {5}chaos\/shop\/target\.mts/);
  expect(first).toContain(add);
  const own = (chaos: string): void => copyFileSync(join(packageRoot, "harness/proof/stranger/db-restart.yaml"), join(shop.folder, chaos, "scenarios/db-restart.yaml"));
  own("chaos");
  const good = await verdictOf(shop, ["run", "db-restart"]);
  expect(good).toEqual({ exitCode: 0, rulings: ["SHOP-04 pass", "SHOP-05 pass", "SHOP-06 pass"], whys: [] });
  // What nobody said stands in the report, with what to add.
  const [run = ""] = readdirSync(join(shop.folder, "roadworthy-runs"));
  expect((await npxRoadworthy(shop.folder, ["report", run, "--format", "json"])).stdout).toContain(JSON.stringify(add).slice(1, -1));
  expect(await init(...toldOfQueue)).not.toContain("not set up");
  // What was edited is its owner's.
  appendFileSync(join(shop.folder, "chaos/shop/objectives.mts"), "// Agreed on with the team.\n");
  const again = await init(...told);
  expect(again).toContain("yours, kept chaos/shop/objectives.mts");
  expect(again).not.toMatch(/^(?:written|updated)/m);
  expect(readFileSync(join(shop.folder, "chaos/shop/objectives.mts"), "utf8")).toContain("Agreed on");
  await init(...toldWithBug, "--no-ci");
  own("chaos-bug");
  const bad = await verdictOf(shop, ["run", "./chaos-bug/scenarios/db-restart.yaml", "--target", "./chaos-bug/shop"]);
  expect(bad).toEqual({ exitCode: 1, rulings: ["SHOP-04 pass", "SHOP-05 fail", "SHOP-06 pass"], whys: [expect.stringMatching(/^SHOP-05: \d+ writes; none is allowed/)] });
  expect(shop.composeFiles()).toBe(files);
});
