/** What the nodes printed nearest to a moment: what looks like trouble first, because a log is mostly of what went well. */

import type { ScenarioEvidence } from "../evidence.ts";

export interface NearLine {
  atMs: number;
  process: string;
  line: string;
}

/** Further away it is another story. */
const reachMs = 10_000;
const trouble = /error|fail|fatal|panic|exception|refused|terminat|timed? ?out|unavailable|denied|killed|abort|cannot|unable|lost|reset|closed|shut(?:ting)? down/i;

/** At most `most`, in order of time; what stands in a scene and among the other lines counts once. */
export function nearLines({ scenes, output }: Pick<ScenarioEvidence, "scenes" | "output">, atMs: number, most: number): NearLine[] {
  const all = [...scenes.flatMap(({ processes }) => processes.flatMap(({ process, lines }) => lines.map((line) => ({ ...line, process })))), ...output];
  const near = new Map(all.filter((line) => Math.abs(line.atMs - atMs) <= reachMs && line.line.trim() !== "").map((line) => [JSON.stringify([line.process, line.atMs, line.line]), line]));
  const best = new Map<string, NearLine>();
  // The same thing said a hundred times is one thing.
  for (const { atMs: at, process, line } of [...near.values()].toSorted((a, b) => rank(a) - rank(b) || Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs))) {
    const same = JSON.stringify([process, line.replaceAll(/\d+/g, "")]);
    if (best.size < most && !best.has(same)) best.set(same, { atMs: at, process, line });
  }
  return [...best.values()].toSorted((a, b) => a.atMs - b.atMs);
}

function rank({ stream, line }: { stream: string; line: string }): number {
  if (trouble.test(line)) return 0;
  return stream === "err" ? 1 : 2;
}

/** When the first bad request was answered, or given up; null when none was bad. */
export function firstBadMs({ firstFailing }: Pick<ScenarioEvidence, "firstFailing">): number | null {
  const times = firstFailing.map(({ atMs, responseMs }) => atMs + responseMs);
  return times.length === 0 ? null : Math.min(...times);
}
