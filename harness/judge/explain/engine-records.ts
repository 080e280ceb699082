/** The records that a ruling of a tool that sent a workload stands on: what it told at its end. */

import { join } from "node:path";
import { segmentPaths } from "../../log/reader.ts";
import { readPlaced } from "../../log/segment.ts";
import type { TraceGroup, TraceRow } from "./first-rows.ts";

/** `source`: the document that the ruling names, which ends with the workload. */
export function engineRecords(source: string, folder: string): TraceGroup[] {
  const rows: TraceRow[] = [];
  for (const path of segmentPaths(join(folder, "log"))) {
    for (const { event, place } of readPlaced(path)) {
      if (event.type !== "engine-end" || !source.endsWith(`workload ${event.workload}`)) continue;
      const thresholds = event.thresholds.map(({ metric, expression, samples, crossed }) => `${metric} ${expression}: ${crossed ? "crossed" : "held"}, ${samples} samples`);
      rows.push({ what: event.workload, atUs: event.at, text: [`exit code ${event.exitCode ?? "none"}`, ...thresholds].join("; "), places: [place] });
    }
  }
  return [{ title: "end of the tool", count: rows.length, rows }];
}
