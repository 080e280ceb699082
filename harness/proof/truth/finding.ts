/** A row of the table that `harness/proof/truth.ts` prints: what was scripted beside what was measured. */

export interface TruthRow {
  /** What was scripted. */
  readonly scripted: string;
  /** How often. */
  readonly count: number;
  readonly measured: string;
  readonly worst: string;
  /** Each with the seed that shows it again. */
  readonly misses: readonly string[];
}

export const truthHead = ["| scripted | how often | measured | worst error | held |", "|---|---|---|---|---|"];

export function rowText({ scripted, count, measured, worst, misses }: TruthRow): string {
  return `| ${scripted} | ${count.toLocaleString("en-US")} | ${measured} | ${worst} | ${misses.length === 0 ? "yes" : `NO, ${misses.length} times: ${misses[0]}`} |`;
}
