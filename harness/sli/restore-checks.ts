/**
 * Whether a restore brought back what had been backed up: numbers that never shrink, asked before each back-up and of what was restored. Less than at the
 * last back-up is a violation, and so is a check that could be asked then and cannot be now, or a restore that failed. One that gave 0 then shows nothing by holding.
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
      const broken = checks.filter(isBroken);
      const isViolated = failed.length + broken.length > 0;
      const blind = checks.find(({ atBackup }) => !isKnown(atBackup));
      if (!isViolated && blind !== undefined) return { kind: "unmeasured", why: `check ${blind.check} had no answer before the back-up: ${blind.why ?? "no reason given"}` };
      if (!isViolated && checks.length === 0) return { kind: "unmeasured", why: `the back-up of ${spec.node} has no checks` };
      const telling = checks.filter((check) => (check.atBackup ?? 0) > 0 || isBroken(check));
      return { kind: "values", values: [failed.length + broken.length], exercised: telling.length + failed.length, detail: [...broken.map(describeCheck), ...restores.map(describeRestore)].join("; ") };
    },
  };
};

/** What is not a number is null in the log. */
function isKnown(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

function isBroken({ atBackup, restored }: Check): boolean {
  return isKnown(atBackup) && (restored === null || !(restored >= atBackup));
}

function describeCheck({ check, atBackup, restored, why }: Check): string {
  return `${check}: ${restored ?? "no answer"} restored, ${atBackup} at the back-up${why === null ? "" : ` (${why})`}`;
}

function describeRestore(event: Operation): string {
  if (event.stage === "began") return "";
  return event.stage === "failed" ? `the restore failed: ${event.why}` : event.what;
}
