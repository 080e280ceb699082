/** A known-bad variant: the reference target with one node's command swapped. The reference code itself has no switches for being broken. */

import { defineTarget, type Target } from "../../harness/index.ts";
import { continuumReport } from "../continuum-report/target.ts";

export interface Defect {
  /** "broken/…" */
  name: string;
  title: string;
  /** The node whose command is swapped, and for what. */
  node: string;
  command: string[];
  /** Exactly these objectives fail. */
  turnsRed: string[];
  /** The scenarios that bring it out. */
  shownBy: string[];
}

export function variant(defect: Defect): Target {
  const node = continuumReport.nodes[defect.node];
  if (node?.kind !== "process") throw new Error(`${defect.node} is no process of ${continuumReport.name}`);
  return defineTarget({
    ...continuumReport,
    name: defect.name,
    title: defect.title,
    variantOf: continuumReport.name,
    turnsRed: defect.turnsRed,
    shownBy: defect.shownBy,
    nodes: { ...continuumReport.nodes, [defect.node]: { ...node, command: defect.command } },
  });
}
