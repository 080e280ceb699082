/** What a ruling stands on, as lines: the phase, the formula with its numbers, the records and their places in the log. */

import { join } from "node:path";
import { usToMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import type { Place } from "../../log/segment.ts";
import type { Claim } from "../claim.ts";
import { formatNumber } from "../verdict/format.ts";
import type { Ruling } from "../verdict/schema.ts";
import { engineRecords } from "./engine-records.ts";
import type { TraceGroup, TraceRow } from "./first-rows.ts";
import { formulaOf } from "./formula.ts";
import { traceSearch } from "./search-trace.ts";
import { traceClaim, type Trace } from "./trace.ts";

const mostCharacters = 160;

export class Basis {
  readonly claim: Claim | null;
  /** By folder: a repeat is asked for by itself and for all together. */
  readonly #traces = new Map<string, Trace>();

  constructor(claim: Claim | null) {
    this.claim = claim;
  }

  /** `folder`: the scenario's, with its log. Nothing for a scenario that left none. */
  of(ruling: Ruling, folder: string): string[] {
    return orNothing(() => this.#lines(ruling, folder)) ?? [];
  }

  /** null without a claim, or without a log. */
  trace(folder: string): Trace | null {
    const { claim } = this;
    const trace = this.#traces.get(folder) ?? (claim === null ? null : orNothing(() => traceClaim(claim, folder)));
    if (trace !== null) this.#traces.set(folder, trace);
    return trace;
  }

  #lines(ruling: Ruling, folder: string): string[] {
    if (ruling.kind === "threshold") return groupLines(engineRecords(ruling.source.document, folder), { zeroUs: null, folder });
    if (ruling.kind === "capacity") return searchLines(ruling.objective.replace(/\/capacity$/, ""), folder);
    const { claim } = this;
    const trace = this.trace(folder);
    if (claim === null || trace === null) return [];
    const { observation, groups, startUs } = trace;
    const lines = [phaseLine(ruling, trace), ...labelled("formula", formulaOf(claim, observation))];
    return [...lines, ...(observation.kind === "capacity" ? searchLines(observation.workload, folder) : groupLines(groups, { zeroUs: startUs, folder }))];
  }
}

function orNothing<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof RoadworthyError && error.code === "run-unreadable") return null;
    throw error;
  }
}

function searchLines(workload: string, folder: string): string[] {
  const { rates, groups, startUs } = traceSearch(workload, folder);
  return [...labelled("rates", rates), ...groupLines(groups, { zeroUs: startUs, folder })];
}

function phaseLine({ phase }: Ruling, { phases, startUs }: Trace): string {
  const judgedIn = phase === "all" || phase === "baseline" || phase === "steady" || phase === "fault" || phase === "recovery" || phase === "after" ? phases.judgedSpans(phase) : [];
  const spans = judgedIn.map(({ name, beginUs, endUs }) => `${name} ${since(beginUs, startUs)} to ${since(endUs, startUs)}`);
  return `  phase      ${spans.length === 0 ? "none of it began" : spans.join(", ")}, from the start of the load`;
}

export function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? label : "").padEnd(10)} ${line}`);
}

function groupLines(groups: readonly TraceGroup[], { zeroUs, folder }: { zeroUs: number | null; folder: string }): string[] {
  return [...groups.flatMap((group) => groupText(group, zeroUs)), ...(groups.some(({ rows }) => rows.length > 0) ? [`  log        ${join(folder, "log")}`] : [])];
}

function groupText({ title, count, rows }: TraceGroup, zeroUs: number | null): string[] {
  const shown = rows.length < count && rows.length > 0 ? ` (${rows.length} of them)` : "";
  return [`  records    ${formatNumber(count)} ${title}${shown}`, ...aligned(rows.map((row) => cells(row, zeroUs)))];
}

function cells({ what, atUs, text, places }: TraceRow, zeroUs: number | null): string[] {
  return [oneLine(what), atUs === null || zeroUs === null ? "" : `at ${since(atUs, zeroUs)}`, places.map(placeText).join(" and "), oneLine(text)];
}

/** Names and messages are the target's: none of them makes a line of its own, and none goes on for ever. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, " ");
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters)}…`;
}

export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

/** Digits without marks between them, so that they can be searched for. */
function placeText({ segment, record, byte }: Place): string {
  return `${segment} record ${record} byte ${byte}`;
}

/** To the microsecond where the log has it: two requests of one millisecond are two. */
function since(atUs: number, zeroUs: number): string {
  return `${Number((usToMs(atUs - zeroUs) / 1000).toFixed(6))} s`;
}
