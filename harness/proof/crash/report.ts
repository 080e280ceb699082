/** Tables of the crash matrix, for the terminal and for RESULTS.md. */

import type { KillResult } from "./kill.ts";
import { describeAim, victims, type Victim } from "./schedule.ts";
import { windows } from "./trace.ts";

export interface Matrix {
  readonly name: string;
  readonly results: readonly KillResult[];
}

/** A Markdown table, one row for each part of the matrix and each victim. */
export function tableOf(matrices: readonly Matrix[]): string {
  const head = ["kills", "killed", "number", ...windows.map((window) => `inside ${window}`), "too late", "processes gone after, median / worst", "all gone after, median / worst", "finished by the next command", "leaks and late ones"];
  const rows = matrices.flatMap(({ name, results }) => victims.map((victim) => rowOf(name, victim, results.filter(({ kill }) => kill.victim === victim))));
  return [head, head.map(() => "---"), ...rows.filter((row) => row !== null)].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function rowOf(name: string, victim: Victim, results: readonly KillResult[]): string[] | null {
  if (results.length === 0) return null;
  const hits = results.filter(({ inside }) => inside !== null);
  const inside = windows.map((window) => String(hits.filter((result) => result.inside?.includes(window)).length));
  const alone = hits.filter(({ neededHeal }) => !neededHeal);
  return [
    name,
    { harness: "harness", both: "harness and supervisor", all: "these and the warden" }[victim],
    String(results.length),
    ...inside,
    String(results.length - hits.length),
    spread(hits.map(({ processesGoneMs }) => processesGoneMs)),
    spread(alone.map(({ goneMs }) => goneMs)),
    String(hits.length - alone.length),
    String(results.filter(({ leaked }) => leaked !== "").length),
  ];
}

function spread(valuesMs: readonly number[]): string {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const [middle, last] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return middle === undefined || last === undefined ? "–" : `${(middle / 1000).toFixed(2)} / ${(last / 1000).toFixed(2)} s`;
}

/** Kills that fell inside at least one of the windows. */
export function insideCount(results: readonly KillResult[]): number {
  return results.filter(({ inside }) => inside !== null && inside.length > 0).length;
}

export function describeResult({ kill, inside, processesGoneMs, goneMs, neededHeal, leaked }: KillResult): string {
  const where = inside === null ? "too late" : inside.length === 0 ? "" : `inside ${inside.join(", ")}`;
  const gone = inside === null ? "" : `processes ${processesGoneMs.toFixed(0)} ms, all ${goneMs.toFixed(0)} ms${neededHeal ? " (next command)" : ""}`;
  return [`${kill.system} ${kill.victim}`, describeAim(kill.aim), where, gone, leaked === "" ? "" : `LEAKED ${leaked}`].filter((text) => text !== "").join(" · ");
}
