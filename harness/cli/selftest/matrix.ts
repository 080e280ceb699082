/** What the trials of a selftest showed: gate × build, and whether every gate went red where it had to and nowhere else. Pure. */

import { exitCodes } from "../../base/error.ts";
import type { Outcome } from "../../judge/verdict/schema.ts";

export interface TrialResult {
  /** Name of the build. */
  build: string;
  isGood: boolean;
  /** What is done to the good target, in words; null for a build as it is. */
  control: string | null;
  scenarios: readonly string[];
  expected: readonly string[];
  /** Of every objective that was ruled on. */
  outcomes: Readonly<Record<string, Outcome>>;
  /** Folder of the run, or null when there was none. */
  folder: string | null;
  /** Why the run did not come to its end, or null. */
  incomplete: string | null;
}

export interface Shown {
  /** 0: each variant turned red exactly what it breaks, and the good target nothing. */
  exitCode: 0 | 1 | 2;
  /** What was not as it has to be. */
  wrong: readonly string[];
  /** What could not be told. */
  undecided: readonly string[];
}

/** `unshown`: gates that no build is known to turn red. */
export function judgeTrials(results: readonly TrialResult[], { gates, unshown }: { gates: readonly string[]; unshown: readonly string[] }): Shown {
  const found = results.map((result) => findingsOf(result, gates));
  const wrong = found.flatMap((each) => each.wrong);
  const undecided = [...unshown.map((gate) => `${gate}: nothing is known to turn it red; give the target a known-bad variant`), ...found.flatMap((each) => each.undecided)];
  const nothing = gates.length === 0 ? ["the suite has no gate: it requires nothing that a scenario of it rules on"] : [];
  const exitCode = wrong.length > 0 ? exitCodes.fail : undecided.length + nothing.length > 0 ? exitCodes.inconclusive : exitCodes.pass;
  return { exitCode, wrong, undecided: [...undecided, ...nothing] };
}

function findingsOf(result: TrialResult, gates: readonly string[]): { wrong: string[]; undecided: string[] } {
  const { expected, outcomes, incomplete, scenarios } = result;
  const where = `${nameOf(result)} in ${scenarios.join(", ")}`;
  // A control is made for its gate alone: a door that is shut breaks more than one promise.
  const red = result.control === null ? Object.keys(outcomes).filter((id) => outcomes[id] === "fail") : [];
  const others = red.filter((id) => !expected.includes(id));
  const stayed = expected.filter((id) => outcomes[id] === "pass");
  const open = expected.filter((id) => outcomes[id] === undefined || outcomes[id] === "inconclusive");
  const unsure = result.isGood ? gates.filter((id) => outcomes[id] === "inconclusive") : [];
  return {
    wrong: [...stayed.map((id) => `${id} did not turn red: ${where}`), ...others.map((id) => (result.isGood ? `${id} is red without a defect: ${where}` : `${id} turned red as well: ${where}`))],
    undecided: [...[...open, ...unsure].map((id) => `${id} is not decided: ${where}`), ...(incomplete === null || !result.isGood ? [] : [`the run of ${where} is incomplete: ${incomplete}`])],
  };
}

/** "broken/slow-api", or "shop, and …" for a control. */
function nameOf({ build, control }: TrialResult): string {
  return control === null ? build : `${build}, and ${control},`;
}

const signs: Readonly<Record<Outcome, string>> = { fail: "✗", pass: "✓", inconclusive: "?" };

/** Plain lines: one row for each gate, one column for each build under a letter; what must be red stands in brackets. */
export function matrixText(results: readonly TrialResult[], gates: readonly string[]): string {
  const rows = [...new Set([...gates, ...results.flatMap(({ expected }) => expected)])];
  const columns = columnsOf(results);
  const width = Math.max(4, ...rows.map((id) => id.length)) + 1;
  const head = `${"gate".padEnd(width)}${columns.map(({ letter }) => ` ${letter} `).join("")}`;
  const lines = rows.map((id) => {
    const cells = columns.map((column) => cellOf(column, id));
    return `${id.padEnd(width)}${cells.join("")}${gates.includes(id) ? "" : " (not required)"}`;
  });
  const legend = columns.map(({ letter, results: [first], of }) => `  ${letter} ${first === undefined ? "" : nameOf(first).replace(/,$/, "")}, in ${of.join(", ")}${first?.isGood === true ? "" : `: ${first?.expected.join(", ") ?? ""}`}`);
  return [head, ...lines, "", "✗ red · ✓ green · ? not decided · blank: not ruled on there · [ ] has to be red", ...legend].map((line) => line.trimEnd()).join("\n");
}

interface Column {
  letter: string;
  results: readonly TrialResult[];
  of: readonly string[];
}

/** The good target in the first column, whose runs together are one. */
function columnsOf(results: readonly TrialResult[]): Column[] {
  const good = results.filter(({ isGood }) => isGood);
  const groups = [...(good.length === 0 ? [] : [good]), ...results.filter(({ isGood }) => !isGood).map((result) => [result])];
  return groups.map((group, index) => ({ letter: letterOf(index), results: group, of: group.flatMap(({ scenarios }) => scenarios) }));
}

function letterOf(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + (index % 26));
}

/** The worst of what the runs of this column say of the objective. */
function cellOf({ results }: Column, id: string): string {
  const outcomes = results.flatMap(({ outcomes: { [id]: outcome } }) => (outcome === undefined ? [] : [outcome]));
  const worst = (["fail", "inconclusive", "pass"] as const).find((outcome) => outcomes.includes(outcome));
  const sign = worst === undefined ? " " : signs[worst];
  return results.some(({ expected }) => expected.includes(id)) ? `[${sign}]` : ` ${sign} `;
}
