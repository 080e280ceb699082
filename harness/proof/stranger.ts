/**
 * That a stranger's compose project is gated by what `init` makes of it: the package is packed and installed in a copy of `targets/shop` (Python, PostgreSQL,
 * Redis), `init` is told what no file tells, the suite `gate` runs as it was written, and once more over the bug that loses orders. No line of the compose
 * files changes. After `npm run engine` and `npm run images`; npm asks its registry for what the package depends on.
 *
 *   npm run proof:stranger -- [--linked: with the packages of this checkout, without a registry] [--write]
 *
 * Exits 1 when something does not hold, 69 when an engine or an image is missing.
 */

import { readdirSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { exitCodes } from "../base/error.ts";
import { nowUs } from "../base/time.ts";
import { findDocker } from "./images/docker.ts";
import { FindingsTable } from "./results/finding.ts";
import { conditions, recordResult } from "./results/record.ts";
import { traces } from "./runtimes/traces.ts";
import { installByNpm, installLinked, npxRoadworthy, packedPackage } from "./stranger/installed-package.ts";
import { missingForShop, shopIn, told, toldWithBug } from "./stranger/shop.ts";
import { verdictOf, type Came } from "./stranger/verdict.ts";

const { values } = parseArgs({ options: { linked: { type: "boolean", default: false }, write: { type: "boolean", default: false } } });
const [loadAverage = 0] = loadavg();

const missing = await missingForShop();
if (missing === "") await prove();
else {
  console.error(`missing: ${missing}; run npm run engine, and npm run images`);
  process.exitCode = exitCodes.unavailable;
}

async function prove(): Promise<void> {
  const { docker } = await findDocker();
  const table = new FindingsTable();
  using pack = packedPackage();
  await using place = await mkdtempDisposable(join(tmpdir(), "stranger-"));
  await using shop = shopIn(join(place.path, "shop"));
  const files = shop.composeFiles();
  const beganUs = nowUs();
  (values.linked ? installLinked : installByNpm)(shop.folder, pack.tarball);
  const installedUs = nowUs();
  const first = await npxRoadworthy(shop.folder, ["init", ...told, "--json"]);
  table.print({ what: "roadworthy init", must: "nothing left to set up", seen: first.exitCode === 0 ? gapsOf(first.stdout) : first.stderr, held: first.exitCode === 0 && gapsOf(first.stdout) === "nothing" });
  const good = await verdictOf(shop, ["suite", "gate"]);
  const tookSeconds = (nowUs() - beganUs) / 1_000_000;
  table.print({ what: "roadworthy suite gate", must: "exit 0, all passed", seen: seenOf(good), held: good.exitCode === 0 });
  table.print({ what: "from the tarball to the report", must: "≤ 10 min", seen: `${(tookSeconds / 60).toFixed(1)} min, ${((installedUs - beganUs) / 1_000_000).toFixed(0)} s of it npm`, held: tookSeconds <= 600 });
  await npxRoadworthy(shop.folder, ["init", ...toldWithBug, "--no-ci"]);
  const bad = await verdictOf(shop, ["run", "./chaos-bug/scenarios/db-outage.mts", "--target", "./chaos-bug/shop"]);
  table.print({ what: "the same with orders kept in memory for a moment", must: "exit 1 by SHOP-05, no acknowledged write is lost", seen: seenOf(bad), held: bad.exitCode === 1 && bad.rulings.includes("SHOP-05 fail") });
  table.print({ what: "the compose files", must: "as they were", seen: shop.composeFiles() === files ? "as they were" : "changed", held: shop.composeFiles() === files });
  const left = (await Promise.all(readdirSync(join(shop.folder, "roadworthy-runs")).map(async (run) => await traces(docker, run)))).flat();
  table.print({ what: "left behind", must: "no container, volume or network", seen: left.length === 0 ? "nothing" : left.join(" "), held: left.length === 0 });
  if (values.write) recordResult("stranger", `${conditions(`load average ${loadAverage.toFixed(1)} before`)}\n\n${table.text}`);
}

function gapsOf(text: string): string {
  const { notSetUp: open } = z.object({ notSetUp: z.array(z.object({ what: z.string() })) }).parse(JSON.parse(text));
  return open.length === 0 ? "nothing" : open.map(({ what }) => what).join(", ");
}

function seenOf({ exitCode, rulings, whys }: Came): string {
  const passed = rulings.filter((ruling) => ruling.endsWith(" pass")).length;
  return [`exit ${exitCode}, ${passed} of ${rulings.length} passed`, ...whys].join("; ").replaceAll("|", "/");
}
