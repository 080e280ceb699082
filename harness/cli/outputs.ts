/** Judges a recorded run and writes every output beside its log. The same log always gives the same bytes. */

import { closeSync, constants, openSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError, systemErrorCode } from "../base/error.ts";
import { nameSchema } from "../scenario/words.ts";
import { judgeSuite, type JudgedSuite } from "../judge/index.ts";
import { render, renderVerdict } from "../../reports/index.ts";

/** Writes suite.json, junit.xml, report.md, report.html and per scenario verdict.json into the run's folder. Throws `cannot-write`. */
export function writeOutputs(folder: string, judged: JudgedSuite = judgeSuite(folder)): JudgedSuite {
  for (const { verdict } of judged.scenarios) write(folder, `${nameOfFolder(verdict.scenario)}/verdict.json`, renderVerdict(verdict));
  write(folder, "suite.json", render("json", judged));
  write(folder, "junit.xml", render("junit", judged));
  write(folder, "report.md", render("md", judged));
  write(folder, "report.html", render("html", judged));
  return judged;
}

/** A name from a log that may come from elsewhere: never a way out of the run's folder. */
function nameOfFolder(name: string): string {
  if (nameSchema.safeParse(name).success) return name;
  throw new RoadworthyError("run-unreadable", `the log names a scenario "${name.slice(0, 80)}", which is no name`, { hint: "this log was not written by Roadworthy" });
}

/** Through no link: the folder may come from elsewhere, and what its links lead to is not ours to overwrite. */
function write(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  try {
    if (realpathSync(join(path, "..")) !== join(realpathSync(folder), file, "..")) throw new RoadworthyError("not-allowed", `${path} leads out of the run's folder`, { hint: "copy the run without links", where: path });
    const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o666);
    try {
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof RoadworthyError) throw error;
    if (systemErrorCode(error) === "ELOOP") throw new RoadworthyError("not-allowed", `${path} is a link`, { hint: "remove it; reports are written into the run's own folder", where: path, cause: error });
    throw new RoadworthyError("cannot-write", `cannot write ${path}: ${systemErrorCode(error) ?? String(error)}`, {
      hint: "free some space; the log is kept, `roadworthy report <run>` makes the reports from it",
      where: path,
      cause: error,
    });
  }
}
