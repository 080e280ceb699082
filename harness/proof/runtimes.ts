/**
 * That a scenario file comes out the same on processes and on containers: runs the suite `gate`, or the scenarios that are named, with `--stack embedded` and
 * with `--stack docker`, and compares the outcome of every ruling. After `npm run engine` and `npm run images`.
 *
 *   npm run proof:runtimes -- [scenario…] [--embedded <folder of runs, whose newest stands for the first>] [--busy] [--write]
 *
 * With `--busy`, on a machine that may have other things to do, what it was too busy to decide is told, and not taken for a difference; a pass beside a failure always is.
 * Exits 1 when outcomes differ or something is left behind, with 69 when an engine or an image is missing.
 */

import { existsSync, readdirSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { loadEnvFile } from "node:process";
import { parseArgs } from "node:util";
import { packageRoot } from "../base/entry.ts";
import { RoadworthyError } from "../base/error.ts";
import { findDocker } from "./images/docker.ts";
import { FindingsTable } from "./results/finding.ts";
import { conditions, recordResult } from "./results/record.ts";
import { compareRuns, tableOfRulings } from "./runtimes/compare.ts";
import { traces } from "./runtimes/traces.ts";
import { runCommand } from "./variants/run-scenario.ts";
import { tellFailure } from "./results/failed.ts";

const upWithinMs = 15_000;
const downWithinMs = 10_000;

const [loadAverage = 0] = loadavg();
const { values, positionals: scenarios } = parseArgs({ allowPositionals: true, options: { embedded: { type: "string" }, busy: { type: "boolean", default: false }, write: { type: "boolean", default: false } } });

try {
  await prove();
} catch (error) {
  tellFailure(error);
}

async function prove(): Promise<void> {
  const { docker, host } = await findDocker();
  process.env["DOCKER_HOST"] = host;
  // What is set already stays: the images of another commit, for one.
  loadEnvFile(join(packageRoot, "compose/images/local.env"));
  await using store = await mkdtempDisposable(join(tmpdir(), "roadworthy-runtimes-"));
  const what = scenarios.length === 0 ? ["suite", "gate"] : ["run", ...scenarios];
  const embedded = values.embedded === undefined ? (await runCommand(what, join(store.path, "embedded"))).folder : newestRun(values.embedded);
  const before = await traces(docker);
  const contained = (await runCommand([...what, "--stack", "docker"], join(store.path, "docker"))).folder;
  const left = (await traces(docker)).filter((trace) => !before.includes(trace));
  const { rulings, upMs, downMs, versions, headline } = compareRuns(embedded, contained);
  const table = new FindingsTable();
  const apart = rulings.filter((ruling) => ruling.embedded !== ruling.docker && !(values.busy && ruling.machineWasBusy));
  const open = rulings.filter((ruling) => ruling.embedded !== ruling.docker).length - apart.length;
  const same = `${rulings.length - apart.length - open} of ${rulings.length} the same${open === 0 ? "" : `, ${open} not decided by a machine that was too busy`}`;
  table.print({ what: "outcomes of rulings", must: "the same on both", seen: apart.length === 0 ? same : `${same}; apart: ${apart.map(({ scenario, objective }) => `${scenario} ${objective}`).join(", ")}`, held: apart.length === 0 && rulings.length > 0 });
  table.print({ what: "stack up, images present", must: `≤ ${upWithinMs / 1000} s`, seen: inSeconds(upMs), held: upMs <= upWithinMs ? true : null });
  table.print({ what: "stack down", must: `≤ ${downWithinMs / 1000} s`, seen: inSeconds(downMs), held: downMs <= downWithinMs ? true : null });
  table.print({ what: "left behind", must: "no container, volume or network", seen: left.length === 0 ? "nothing" : left.join(" "), held: left.length === 0 });
  const all = tableOfRulings(rulings);
  console.log(`\n${all}\n\nOn containers: ${headline}`);
  if (values.write) recordResult("runtimes", `${conditions(...versions, `load average ${loadAverage.toFixed(1)} before`)}\n\n${table.text}\n\n${all}`);
}

function newestRun(store: string): string {
  // Their names begin with their times.
  const newest = existsSync(store) ? readdirSync(store).filter((name) => existsSync(join(store, name, "suite.json"))).toSorted().at(-1) : undefined;
  if (newest === undefined) throw new RoadworthyError("run-unreadable", `there is no run in ${store}`, { where: store, hint: "leave --embedded out, and one is made" });
  return join(store, newest);
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
