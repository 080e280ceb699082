/**
 * Runs the gate against the reference target and every known-bad variant, and shows which objectives each turned red. Exits 1 unless
 * each variant turned exactly its own red and the reference none. About four minutes a row; nightly, and by hand before a release.
 *
 *   node harness/proof/variants.ts [name…]
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeSuite } from "../judge/index.ts";
import { builtInTargets } from "../../targets/index.ts";
import { runSuiteOn } from "./variants/run-suite.ts";

const chosen = process.argv.slice(2);
const store = mkdtempSync(join(tmpdir(), "roadworthy-variants-"));
let failures = 0;

console.log("| target | exit | failed | expected | inconclusive | verdict |\n|---|---|---|---|---|---|");
for (const { target } of builtInTargets.filter(({ target: { name } }) => chosen.length === 0 || chosen.includes(name))) {
  // One after the other: two stacks at once would measure one another.
  const { folder, exitCode } = await runSuiteOn("gate", target.name, store);
  const { suite } = judgeSuite(folder);
  const failed = suite.objectives.filter((row) => row.outcome === "fail").map((row) => row.objective);
  const unsure = suite.objectives.filter((row) => row.outcome === "inconclusive").map((row) => row.objective);
  const expected = target.objectives.filter((row) => target.turnsRed.includes(row.id) || target.turnsRed.includes(row.sameAs ?? "")).map((row) => row.id);
  const isRight = failed.toSorted().join() === expected.toSorted().join() && (expected.length > 0 || exitCode === 0);
  if (!isRight) failures += 1;
  console.log(`| ${[target.name, exitCode, failed.join(" "), expected.join(" "), unsure.join(" "), isRight ? "as expected" : "WRONG"].join(" | ")} |`);
}
rmSync(store, { recursive: true, force: true });
process.exit(failures === 0 ? 0 : 1);
