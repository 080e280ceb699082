/**
 * Imports point along the layers only:
 *
 *     base ← scenario ← log ← sli ← { drive } and { judge ← reports };  cli and proof may import all, nothing imports them
 *
 * The doing half and the judging half meet only at the event log, so `judge` stays a pure function of it.
 */

import { isBuiltin } from "node:module";
import type { Finding, Project } from "../project.ts";
import { typeScriptFiles } from "../project.ts";
import type { Import, SourceFile } from "../source-file.ts";

const base = ["base"];
const scenario = [...base, "scenario"];
const log = [...scenario, "log"];
const sli = [...log, "sli"];
const judge = [...sli, "judge"];

/** Which rooms a room may import from, itself included. A room that is not listed here may import everything (cli, proof). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base,
  scenario,
  log,
  sli,
  drive: [...sli, "drive"],
  judge,
  reports: [...judge, "reports"],
  // The library itself: light, so that a user's scenario file loads nothing of drive.
  index: [...judge, "reports", "index"],
  scenarios: ["index", "scenarios"],
  targets: ["index", "targets"],
  service: ["service"],
};
const importedByNobody = new Set(["cli", "proof"]);
/** Inside drive these do not know one another; `drive/run` alone sees them all. */
const strangers = ["faults", "load", "probe"];

export function layers(project: Project, packages: Packages): Finding[] {
  return typeScriptFiles(project).flatMap((file) =>
    file.syntax.imports.flatMap((each) => {
      const to = file.resolve(each.specifier);
      const complaint = to === null ? packageComplaint(file, each, packages) : moduleComplaint(file, to);
      return complaint === null ? [] : [{ file: file.path, line: each.line, ...complaint }];
    }),
  );
}

export interface Packages {
  /** Names in `dependencies` and `optionalDependencies`: all that an installed package has. */
  installed: ReadonlySet<string>;
}

type Complaint = Pick<Finding, "problem" | "instead">;

function moduleComplaint(file: SourceFile, to: string): Complaint | null {
  const fromRoom = roomOf(file.path);
  const toRoom = roomOf(to);
  // Tests of definitions go from end to end. Elsewhere a test may use the programs of proof; the code that it tests may not.
  if (file.isTest && (toRoom === "proof" || fromRoom === "targets" || fromRoom === "scenarios")) return null;
  if (importedByNobody.has(toRoom) && toRoom !== fromRoom && fromRoom !== "proof") {
    return { problem: `imports ${to}`, instead: `nothing imports ${toRoom}; move what both need down into the lowest room that knows its words` };
  }
  const allowed = mayImport[fromRoom];
  if (allowed !== undefined && !allowed.includes(toRoom)) {
    return { problem: `${fromRoom} imports ${to}`, instead: `${fromRoom} may import ${allowed.join(", ")}; ${adviceFor(fromRoom, toRoom)}` };
  }
  const [fromPart, toPart] = [drivePartOf(file.path), drivePartOf(to)];
  if (fromPart !== toPart && strangers.includes(fromPart) && strangers.includes(toPart)) {
    return { problem: `drive/${fromPart} imports ${to}`, instead: `${strangers.join(", ")} do not import one another; join them in drive/run, or share a pure part in scenario/` };
  }
  return null;
}

function adviceFor(from: string, to: string): string {
  if (from === "drive" && (to === "judge" || to === "reports")) return "runs never judge: write an event and let judge read it";
  if ((from === "judge" || from === "reports") && to === "drive") return "judging touches no live system: read it from the log";
  if (from === "service") return "a service is the system under test and knows nothing of the harness";
  if (from === "scenarios" || from === "targets") return "export what it needs from harness/index.ts";
  return "move what both need down to the lower of the two";
}

/** A package that only developers have must not be needed by what is published. */
function packageComplaint(file: SourceFile, each: Import, packages: Packages): Complaint | null {
  if (isBuiltin(each.specifier)) {
    return each.specifier.startsWith("node:") ? null : { problem: `imports "${each.specifier}"`, instead: `write "node:${each.specifier}"` };
  }
  if (file.isForTests || each.typeOnly || file.name.endsWith(".config.ts")) return null;
  // A script for k6: k6 itself has these.
  if (/^k6(?:$|\/)/.test(each.specifier)) return null;
  const name = each.specifier.split("/").slice(0, each.specifier.startsWith("@") ? 2 : 1).join("/");
  if (packages.installed.has(name)) return null;
  return { problem: `imports ${name}, which is not in dependencies`, instead: "an installed package would lack it: add it there, or do without" };
}

/** The room that a path lies in; services of targets are a room of their own. */
function roomOf(path: string): string {
  const [top, second] = path.split("/");
  if (top === "targets") return path.includes("/service/") ? "service" : "targets";
  if (top !== "harness") return top ?? "";
  if (path === "harness/index.ts") return "index";
  return path.split("/").length === 2 ? "harness" : (second ?? "");
}

function drivePartOf(path: string): string {
  const [top, room, part] = path.split("/");
  return top === "harness" && room === "drive" ? (part ?? "") : "";
}
