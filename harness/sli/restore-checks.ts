/**
 * Whether a restore brought back what had been backed up: numbers that never shrink, asked before each back-up and of what was restored. Less than at the
 * last back-up is a violation, and so is a check that could be asked then and cannot be now, or a restore that failed.
 */

import type { LogEvent } from "../log/event.ts";
import type { Indicator } from "./fold.ts";

type Check = Extract<LogEvent, { type: "restore-check" }>;
type Operation = Extract<LogEvent, { type: "operation" }>;

export const restoreChecks: Indicator<"restore-checks"> = ({ spec }) => {
  const checks: Check[] = [];
  const restores: Operation[] = [];
  return {
    step: (event) => {
      if (event.type === "restore-check" && event.node === spec.node) checks.push(event);
      if (event.type === "operation" && event.kind === "restore" && event.on === spec.node && event.stage !== "began") restores.push(event);
    },
    read: () => {
      if (restores.length === 0) return { kind: "unmeasured", why: `nothing was restored of ${spec.node}` };
      const failed = restores.filter(({ stage }) => stage === "failed");
      const blind = checks.find(({ atBackup }) => atBackup === null || !Number.isFinite(atBackup));
      if (failed.length === 0 && blind !== undefined) return { kind: "unmeasured", why: `check ${blind.check} had no answer before the back-up: ${blind.why ?? "no reason given"}` };
      if (failed.length === 0 && checks.length === 0) return { kind: "unmeasured", why: `the back-up of ${spec.node} has no checks` };
      const broken = checks.filter(isBroken);
      return { kind: "values", values: [failed.length + broken.length], exercised: checks.length + failed.length, detail: [...broken.map(describeCheck), ...restores.map(describeRestore)].join("; ") };
    },
  };
};

/** What is not a number is null in the log. */
function isBroken({ atBackup, restored }: Check): boolean {
  return atBackup !== null && (restored === null || !(restored >= atBackup));
}

function describeCheck({ check, atBackup, restored, why }: Check): string {
  return `${check}: ${restored ?? "no answer"} restored, ${atBackup} at the back-up${why === null ? "" : ` (${why})`}`;
}

function describeRestore(event: Operation): string {
  if (event.stage === "began") return "";
  return event.stage === "failed" ? `the restore failed: ${event.why}` : event.what;
}
