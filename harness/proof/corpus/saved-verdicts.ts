/** The verdicts of the saved runs: read, compared with what the judge makes of their logs now, and written anew. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderSuite, renderVerdict } from "../../../reports/index.ts";
import { judgeSuite, verdictDifferences } from "../../judge/index.ts";

export interface Compared {
  /** By name: "ORD-07: was pass, is inconclusive: …". */
  differences: readonly string[];
  /** Files whose bytes differ, also where nothing has another meaning (the order of keys). */
  files: readonly string[];
}

/** Judges the run in `folder` and compares it with the verdicts beside its logs. */
export function compareSaved(folder: string): Compared {
  const judged = judgeSuite(folder);
  const text = (file: string): string | null => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : null);
  const now = verdictFiles(judged);
  const files = [...now].filter(([file, expected]) => text(file) !== expected).map(([file]) => file);
  const parsed = (file: string): unknown => JSON.parse(text(file) ?? "{}");
  const scenarios = new Map(judged.scenarios.map(({ verdict: { scenario } }) => [scenario, parsed(`${scenario}/verdict.json`)]));
  return { differences: verdictDifferences({ suite: parsed("suite.json"), scenarios }, judged), files };
}

export function writeVerdicts(folder: string): void {
  for (const [file, text] of verdictFiles(judgeSuite(folder))) writeFileSync(join(folder, file), text);
}

function verdictFiles({ suite, scenarios }: ReturnType<typeof judgeSuite>): Map<string, string> {
  return new Map([["suite.json", renderSuite(suite)], ...scenarios.map(({ verdict }): [string, string] => [`${verdict.scenario}/verdict.json`, renderVerdict(verdict)])]);
}
