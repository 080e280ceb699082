/** `judge`, `report`, `explain`: read a recorded run and touch no system. */

import { relative } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { explainObjective, judgeSuite } from "../../judge/index.ts";
import { render, reportFormats, type ReportFormat } from "../../../reports/index.ts";
import { renderTerminal } from "../../../reports/terminal.ts";
import { rejudge } from "../rejudge.ts";
import { findRun } from "../store.ts";

interface RecordedFlags {
  out?: string;
  json?: boolean;
  all?: boolean;
}

/** Judges the run again, writes its outputs, says what differs from those that were there, and returns the exit code of its verdict. */
export function judgeRun(name: string, flags: RecordedFlags): number {
  const folder = findRun(name, flags.out);
  const { judged, differences } = rejudge(folder);
  process.stderr.write(differences);
  const shown = relative(process.cwd(), folder) || folder;
  process.stdout.write(flags.json === true ? render("json", judged) : renderTerminal(judged, { color: false, width: 120, all: flags.all === true, folder: shown }));
  return judged.suite.exitCode;
}

/** One format as text; without a format all outputs are written beside the log. */
export function reportRun(name: string, flags: { format?: string; out?: string }): string {
  const folder = findRun(name, flags.out);
  if (flags.format === undefined) {
    process.stderr.write(rejudge(folder).differences);
    return `reports written to ${relative(process.cwd(), folder) || folder}`;
  }
  if (!isFormat(flags.format)) throw new RoadworthyError("usage", `there is no format "${flags.format}"`, { hint: `formats: ${reportFormats.join(", ")}` });
  return render(flags.format, judgeSuite(folder));
}

export function explainRun(name: string, objective: string, flags: { out?: string }): string {
  return explainObjective(findRun(name, flags.out), objective);
}

function isFormat(text: string): text is ReportFormat {
  return reportFormats.some((format) => format === text);
}
