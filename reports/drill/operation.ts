/** What a drill did, in words: how much was moved, how fast, and how old what was brought back is. */

import type { OperationRecord } from "../../harness/judge/verdict/schema.ts";
import { rateText, sizeText, spanText } from "../figure.ts";
import { plain } from "../text.ts";

/** "restore of postgres: 2.1 MiB in 3.4 s (0.62 MiB/s), 6 s old at the fault; pg_dump of app" */
export function operationText({ kind, on, ended, tookMs, bytes, bytesPerSecond, restoredAgeMs, what }: OperationRecord): string {
  const head = `${plain(kind)} of ${plain(on)}`;
  const took = tookMs === null ? "" : spanText(tookMs);
  if (ended === null) return `${head}: the run ended before it did`;
  if (!ended) return `${head} failed after ${took}: ${plain(what)}`;
  const moved = bytes === null ? `in ${took}` : `${sizeText(bytes)} in ${took}${bytesPerSecond === null ? "" : ` (${rateText(bytesPerSecond)})`}`;
  return `${head}: ${moved}${ageText(kind, restoredAgeMs)}; ${plain(what)}`;
}

function ageText(kind: string, ageMs: number | null): string {
  if (kind !== "restore") return "";
  return ageMs === null ? ", of an age that is not known" : `, ${spanText(ageMs)} old at the fault`;
}
