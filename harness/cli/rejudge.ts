/** Judges a run that was judged before, by this version or another: writes the outputs anew and says what they say otherwise. */

import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nameSchema } from "../scenario/words.ts";
import { judgeSuite, verdictDifferences, type JudgedSuite } from "../judge/index.ts";
import { cut, plain } from "../../reports/text.ts";
import { writeOutputs } from "./outputs.ts";

const mostLines = 60;
const longestLine = 400;

export interface Rejudged {
  judged: JudgedSuite;
  /** Lines for the terminal; empty when nothing differs, or nothing was there to differ from. */
  differences: string;
}

/** Throws what `writeOutputs` throws. */
export function rejudge(folder: string): Rejudged {
  const judged = judgeSuite(folder);
  const lines = savedDifferences(folder, judged);
  writeOutputs(folder, judged);
  return { judged, differences: textOf(lines) };
}

/** What the files that are in the folder say otherwise than `judged`. */
function savedDifferences(folder: string, judged: JudgedSuite): string[] {
  const damaged: string[] = [];
  const saved = (file: string): unknown => {
    const found = readSaved(join(folder, file));
    if (found === unreadable) damaged.push(`${file} was there and cannot be read`);
    return found === unreadable ? undefined : found;
  };
  const names = judged.scenarios.map(({ verdict }) => verdict.scenario).filter((name) => nameSchema.safeParse(name).success);
  const suite = saved("suite.json");
  const scenarios = new Map(names.map((name) => [name, saved(`${name}/verdict.json`)]));
  return [...damaged, ...verdictDifferences({ suite, scenarios }, judged)];
}

const unreadable = Symbol("unreadable");

/** undefined when there is none. Through no link: the folder may come from elsewhere. */
function readSaved(path: string): unknown {
  if (!existsSync(path) || !lstatSync(path).isFile()) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return unreadable;
  }
}

/** Texts of a saved file are as little ours as those of the log. */
function textOf(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const shown = lines.slice(0, mostLines).map((line) => `  ${cut(plain(line), longestLine)}`);
  const more = lines.length > mostLines ? [`  … and ${lines.length - mostLines} more`] : [];
  return ["Judged otherwise than before:", ...shown, ...more, ""].join("\n");
}
