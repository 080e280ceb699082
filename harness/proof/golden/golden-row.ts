/** A row of the table that `harness/proof/golden.ts` prints: the distribution of what the kills of a known truth did. */

import { median } from "./expectations.ts";
import type { KillOutcome } from "./kill-outcome.ts";
import type { KnownTruth } from "./known-truth.ts";

export const goldenHead = [
  "| truth | kills | acknowledged before | lost | window, ms | in doubt | back, ms | by its own log, ms | must | held |",
  "|---|---|---|---|---|---|---|---|---|---|",
];

const shownMisses = 3;

/** Everything that is not as it must be, also what no server does. */
export function missesOf(truth: KnownTruth, kills: readonly KillOutcome[], of: (id: string) => readonly KillOutcome[]): string[] {
  return [...kills.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)), ...truth.misses(kills, of)];
}

export function goldenRow({ id, what, must }: KnownTruth, kills: readonly KillOutcome[], misses: readonly string[]): string {
  const back = kills.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  const unseen = kills.length - back.length;
  const columns = [
    `${id}: ${what}`,
    kills.length,
    distribution(kills.map(({ acknowledgedBefore }) => acknowledgedBefore)),
    distribution(kills.map(({ lost }) => lost)),
    distribution(kills.map(({ windowMs }) => windowMs)),
    distribution(kills.map(({ indeterminate }) => indeterminate)),
    `${distribution(back)}${unseen === 0 ? "" : `, ${unseen} not seen`}`,
    distribution(kills.flatMap(({ saysReadyMs }) => saysReadyMs ?? [])),
    must,
    misses.length === 0 ? "yes" : `NO: ${misses.slice(0, shownMisses).join("; ")}${misses.length > shownMisses ? `; and ${misses.length - shownMisses} more` : ""}`,
  ];
  return `| ${columns.join(" | ")} |`;
}

/** Least / median / most. */
function distribution(values: readonly number[]): string {
  if (values.length === 0) return "–";
  return [Math.min(...values), median(values), Math.max(...values)].map((value) => Math.round(value).toLocaleString("en-US")).join(" / ");
}
