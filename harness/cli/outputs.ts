/** Judges a recorded run and writes every output beside its log. The same log always gives the same bytes. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError, systemErrorCode } from "../base/error.ts";
import { judgeSuite, type JudgedSuite } from "../judge/index.ts";
import { render, renderVerdict } from "../../reports/index.ts";

/** Writes suite.json, junit.xml, report.md, report.html and per scenario verdict.json into the run's folder. Throws `cannot-write`. */
export function writeOutputs(folder: string): JudgedSuite {
  const judged = judgeSuite(folder);
  for (const { verdict } of judged.scenarios) write(join(folder, verdict.scenario, "verdict.json"), renderVerdict(verdict));
  write(join(folder, "suite.json"), render("json", judged));
  write(join(folder, "junit.xml"), render("junit", judged));
  write(join(folder, "report.md"), render("md", judged));
  write(join(folder, "report.html"), render("html", judged));
  return judged;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new RoadworthyError("cannot-write", `cannot write ${path}: ${systemErrorCode(error) ?? String(error)}`, {
      hint: "free some space; the log is kept, `roadworthy report <run>` makes the reports from it",
      where: path,
      cause: error,
    });
  }
}
