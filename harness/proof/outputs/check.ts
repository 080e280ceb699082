/** Judges generated runs and compares what every output says of them, and what the exit code must be by the table of DESIGN.md. */

import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderTerminal } from "../../../reports/terminal.ts";
import { writeOutputs } from "../../cli/outputs.ts";
import { writeGeneratedRun, writeGeneratedSeries, type GeneratedRun } from "./generated-run.ts";
import { readOutputs, type OutputTexts, type Standing, type Told } from "./read-outputs.ts";

export interface OutputsFinding {
  /** What disagrees, each with its seed. */
  wrong: readonly string[];
  /** How many runs ended with which exit code, and how many rows stood how. */
  exits: ReadonlyMap<number, number>;
  rows: ReadonlyMap<string, number>;
}

export function checkOutputs(seeds: number, firstSeed: number): OutputsFinding {
  const wrong: string[] = [];
  const exits = new Map<number, number>();
  const rows = new Map<string, number>();
  // Each fifth is a series of repeats.
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-outputs-"));
    const run = seed % 5 === 4 ? writeGeneratedSeries(folder.path, seed) : writeGeneratedRun(folder.path, seed);
    const told = readOutputs(outputsOf(folder.path));
    wrong.push(...disagreements(told, run).map((text) => `seed ${seed}: ${text}`));
    exits.set(told.json.exitCode ?? -1, (exits.get(told.json.exitCode ?? -1) ?? 0) + 1);
    for (const standing of told.json.standings.values()) rows.set(standing, (rows.get(standing) ?? 0) + 1);
  }
  return { wrong, exits, rows };
}

/** The files as `roadworthy judge` leaves them, and the terminal's last screen. */
function outputsOf(folder: string): OutputTexts {
  const judged = writeOutputs(folder);
  const file = (name: string): string => readFileSync(join(folder, name), "utf8");
  return { json: file("suite.json"), junit: file("junit.xml"), md: file("report.md"), html: file("report.html"), terminal: renderTerminal(judged, { color: false, width: 120, all: true }) };
}

function disagreements(told: Readonly<Record<keyof OutputTexts, Told>>, run: GeneratedRun): string[] {
  const { json } = told;
  const said = Object.entries(told).flatMap(([name, each]) => [
    ...(each.outcome === null || each.outcome === json.outcome ? [] : [`${name} says ${each.outcome}, json ${json.outcome}`]),
    ...(each.exitCode === null || each.exitCode === json.exitCode ? [] : [`${name} says exit ${each.exitCode}, json ${json.exitCode}`]),
    ...differing(json.standings, each.standings).map((objective) => `${name} says ${objective} is ${each.standings.get(objective) ?? "absent"}, json ${json.standings.get(objective) ?? "absent"}`),
    ...(name === "html" && each.required !== null && json.required !== null && each.required.symmetricDifference(json.required).size > 0 ? ["html has other required rows than json"] : []),
  ]);
  const expected = expectedExit(json, run);
  const worst = worstOf([...json.standings.values()]);
  return [
    ...said,
    ...(json.exitCode === expected ? [] : [`exit ${json.exitCode} where the table asks for ${expected}`]),
    ...(json.outcome === "pass" && worst !== "pass" ? [`it passes with a row that is ${worst}`] : []),
    ...(json.outcome !== "fail" && worst === "fail" ? [`it is ${json.outcome} with a row that failed`] : []),
  ];
}

/** DESIGN.md: where several apply. */
const precedence = [130, 70, 1, 4, 3, 74, 69, 2, 0];

function expectedExit({ outcome }: Told, { exits }: GeneratedRun): number {
  const own = outcome === "pass" ? 0 : outcome === "fail" ? 1 : 2;
  return precedence.find((code) => code === own || exits.includes(code)) ?? -1;
}

function worstOf(standings: readonly Standing[]): Standing {
  return (["fail", "inconclusive", "pass"] as const).find((standing) => standings.includes(standing)) ?? "pass";
}

function differing(left: ReadonlyMap<string, Standing>, right: ReadonlyMap<string, Standing>): string[] {
  return [...new Set([...left.keys(), ...right.keys()])].filter((key) => left.get(key) !== right.get(key));
}
