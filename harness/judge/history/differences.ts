/**
 * What a verdict that was saved said otherwise than the one that the same log gives now: after a change of the judge, or of the log. Each
 * difference has a name: the objective with its outcomes and why, or the field with its values.
 */

import type { JudgedSuite } from "../verdict/suite.ts";

/** The files of a run as they were saved, parsed and not checked: another version may have written them. */
export interface SavedVerdicts {
  /** suite.json; undefined when there was none. */
  suite: unknown;
  /** verdict.json by scenario. */
  scenarios: ReadonlyMap<string, unknown>;
}

/** Lines such as "CON-93: was pass, is inconclusive: <why>". Empty when both say the same. */
export function verdictDifferences(saved: SavedVerdicts, { suite, scenarios }: JudgedSuite): string[] {
  const ofSuite = saved.suite === undefined ? [] : documentDifferences(saved.suite, suite);
  const ofScenarios = scenarios.flatMap(({ verdict }) => {
    const before = saved.scenarios.get(verdict.scenario);
    return before === undefined ? [] : documentDifferences(before, verdict).map((line) => ({ scenario: verdict.scenario, line }));
  });
  // What the suite's row says of an objective, the scenario that it comes from says as well.
  return [...ofSuite, ...ofScenarios.filter(({ line }) => !ofSuite.includes(line)).map(({ scenario, line }) => `${scenario}: ${line}`)];
}

type Row = Readonly<Record<string, unknown>>;

/** Of one suite.json or verdict.json. */
function documentDifferences(before: unknown, now: object): string[] {
  const [was, is] = [asRow(before), asRow(json(now))];
  const { rows: oldRows, rest: oldRest } = parted(was);
  const { rows, rest } = parted(is);
  return [...rowsDifferences(oldRows, rows), ...fieldDifferences("", oldRest, rest)];
}

/** The rulings of a verdict are rows of objectives, as are the objectives of a suite. */
function parted(document: Row): { rows: ReadonlyMap<string, Row>; rest: Row } {
  const { rulings, objectives, ...rest } = document;
  const list: readonly unknown[] = Array.isArray(objectives) ? objectives : Array.isArray(rulings) ? rulings : [];
  return { rows: new Map(list.map(asRow).map((row) => [textOf(row["objective"]), row])), rest };
}

function rowsDifferences(before: ReadonlyMap<string, Row>, now: ReadonlyMap<string, Row>): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((objective) => {
    const [was, is] = [before.get(objective), now.get(objective)];
    if (was === undefined) return [`${objective}: was not there, is ${standingOf(is ?? {})}`];
    if (is === undefined) return [`${objective}: was ${standingOf(was)}, is not there`];
    if (standingOf(was) !== standingOf(is)) return [`${objective}: was ${standingOf(was)}, is ${standingOf(is)}: ${textOf(is["why"])}`];
    return fieldDifferences(`${objective}: `, was, is);
  });
}

function standingOf(row: Row): string {
  return textOf(row["outcome"] ?? row["status"]);
}

/** One line for each field that differs, at whatever depth, with both of its values. */
function fieldDifferences(path: string, before: unknown, now: unknown): string[] {
  if (isBranch(before) && isBranch(now) && Array.isArray(before) === Array.isArray(now)) {
    const [was, is] = [asRow(before), asRow(now)];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => fieldDifferences(joined(path, key), was[key], is[key]));
  }
  const [was, is] = [shown(before), shown(now)];
  return was === is ? [] : [`${path} was ${was}, is ${is}`];
}

/** "ORD-01: " and "others" → "ORD-01: others"; "others" and "0" → "others.0". */
function joined(path: string, key: string): string {
  return path === "" || path.endsWith(" ") ? `${path}${key}` : `${path}.${key}`;
}

function shown(value: unknown): string {
  return value === undefined ? "not there" : JSON.stringify(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : shown(value);
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function asRow(value: unknown): Row {
  return isBranch(value) ? { ...value } : {};
}

/** As it will be saved: without what is undefined. */
function json(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
