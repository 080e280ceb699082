/** The lines of a window, within bounds: how something began and how it ended, and what is left out between. */

import type { NodeOutput, PrintedLine } from "../../../log/node-evidence.ts";
import type { OutputWindow } from "./node-evidence.ts";

/** Of each process at each fault. */
export const windowLimits = { firstLines: 10, lastLines: 30, rawChars: 4_096 } as const;

/** `isWhole`: whether `lines` reach back to the beginning of the window. */
export function linesIn(lines: readonly PrintedLine[], { fromUs, toUs }: OutputWindow, isWhole: boolean): Pick<NodeOutput, "lines" | "leftOut"> {
  const inside = lines.filter(({ at }) => at >= fromUs && at <= toUs).map((each) => ({ ...each, line: each.line.slice(0, windowLimits.rawChars) }));
  const first = isWhole ? windowLimits.firstLines : 0;
  const most = first + windowLimits.lastLines;
  if (inside.length <= most) return { lines: inside, leftOut: isWhole ? null : { count: 0, after: 0, atLeast: true } };
  return { lines: [...inside.slice(0, first), ...inside.slice(-windowLimits.lastLines)], leftOut: { count: inside.length - most, after: first, atLeast: !isWhole } };
}
