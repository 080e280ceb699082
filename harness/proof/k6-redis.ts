/**
 * That a k6 with an extension is built from a folder of its own and runs a script that needs it: `npm run proof:k6-redis` (five minutes the
 * first time, then one). Builds the k6 of `scenarios/k6-redis`, runs its scenario against the reference target with a real Redis on loopback, and ends with
 * the exit code of that run, or with 1 when the script did not run or saw nothing of Redis.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { entryPath, packageRoot } from "../base/entry.ts";
import { provideExtendedK6 } from "../drive/stack/tools/extended-k6.ts";
import { verdictSchema } from "../judge/verdict/schema.ts";
import { temporaryFolder } from "./bench/temporary-folder.ts";

const folder = join(packageRoot, "scenarios/k6-redis");
const path = await provideExtendedK6(folder, (note) => console.error(note));
using runs = temporaryFolder();
const run = spawn(process.execPath, [entryPath("harness/cli/main"), "run", join(folder, "scenario.yaml"), "--out", runs.path], { stdio: "inherit", env: { ...process.env, ROADWORTHY_K6: path } });
await once(run, "close");

const [name = ""] = readdirSync(runs.path);
const { rulings } = verdictSchema.parse(JSON.parse(readFileSync(join(runs.path, name, "k6-redis", "verdict.json"), "utf8")));
for (const { objective, outcome, why } of rulings.filter(({ kind }) => kind === "threshold")) console.log(`${objective}: ${outcome}. ${why}`);
const seen = rulings.filter(({ objective, outcome, samples }) => (objective === "readers/script" && outcome === "pass") || (objective.startsWith("readers/queue_depth/") && (samples ?? 0) > 0));
if (seen.length < 2) console.log("NO: the script did not run to its end, or the extension gave it nothing of Redis");
process.exitCode = seen.length < 2 ? 1 : (run.exitCode ?? 1);
