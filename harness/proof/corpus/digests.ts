/** Every output of every saved run as a digest; by itself it prints them, so that a process of another time zone, language and folder can be asked as well. */

import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { render, renderVerdict, reportFormats } from "../../../reports/index.ts";
import { savedRunFolder, savedRuns } from "../../judge/corpus/saved-runs.fixture.ts";
import { explainObjective, judgeSuite } from "../../judge/index.ts";

/** "pass-calm html" → SHA-256. */
export function digestsOfSavedRuns(): Record<string, string> {
  return Object.fromEntries(savedRuns.flatMap(digestsOf));
}

function digestsOf(name: string): [string, string][] {
  const folder = savedRunFolder(name);
  const judged = judgeSuite(folder);
  const explained = judged.suite.objectives.slice(0, 1).map(({ objective }) => explainObjective(folder, objective));
  const texts: [string, string][] = [
    ...reportFormats.map((format): [string, string] => [format, render(format, judged)]),
    ...judged.scenarios.map(({ verdict }): [string, string] => [`${verdict.scenario}/verdict.json`, renderVerdict(verdict)]),
    ["explanation of its first row", explained.join("\n").replaceAll(folder, "<run>")],
  ];
  return texts.map(([output, text]) => [`${name} ${output}`, createHash("sha256").update(text).digest("hex")]);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) console.log(JSON.stringify(digestsOfSavedRuns()));
