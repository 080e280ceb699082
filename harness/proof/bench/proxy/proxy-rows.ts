/** The rows of the proxy bench: one measure each, of a direct connection and of every proxy, with the ratio of the first proxy to the second. */

import { figuresOf, median, spreadOf, type Samples, type Spread } from "../rounds.ts";
import { figure } from "../table.ts";
import type { ExchangeFigures } from "./exchanges.ts";

export const direct = "direct";

export interface ProxyFigures extends ExchangeFigures {
  /** Of the proxy's process meanwhile; NaN where there is none, or no way to know. */
  cpuMs: number;
}

export interface Row<Workload extends string> {
  readonly title: string;
  readonly of: Workload;
  readonly pick: (sample: ProxyFigures) => number;
  readonly better: "more" | "less";
  /** What the direct connection has is taken off, round by round. */
  readonly isAdded?: boolean;
}

export interface MemoryRow {
  readonly title: string;
  readonly figures: ReadonlyMap<string, number>;
}

export function rowsOf<Workload extends string>(rows: readonly Row<Workload>[], samples: ReadonlyMap<Workload, Samples<ProxyFigures>>, memory: MemoryRow): string[][] {
  const [first] = samples.values();
  const names = [...(first?.keys() ?? [])];
  const [, one = "", other = ""] = names;
  const memoryRatio = (memory.figures.get(other) ?? Number.NaN) / (memory.figures.get(one) ?? Number.NaN);
  return [
    ...rows.map((row) => rowOf(row, samples.get(row.of) ?? new Map(), names)),
    [memory.title, ...names.map((name) => figure(memory.figures.get(name) ?? Number.NaN)), figure(memoryRatio), "–", "–"],
  ];
}

function rowOf<Workload extends string>(row: Row<Workload>, samples: Samples<ProxyFigures>, names: readonly string[]): string[] {
  const values = (name: string): number[] => valuesOf(row, samples, name);
  const [, one = "", other = ""] = names;
  const ratio = names.length > 2 ? ratioOf(row.better, values(one), values(other)) : null;
  const shown = ratio === null ? ["–", "–", "–"] : [ratio.median, ratio.low, ratio.high].map(figure);
  return [row.title, ...names.map((name) => figure(median(values(name)))), ...shown];
}

function valuesOf<Workload extends string>({ pick, isAdded = false }: Row<Workload>, samples: Samples<ProxyFigures>, name: string): number[] {
  const plain = figuresOf(samples, name, pick);
  if (!isAdded || name === direct) return plain;
  const base = figuresOf(samples, direct, pick);
  return plain.map((value, round) => value - (base[round] ?? 0));
}

function ratioOf(better: "more" | "less", one: readonly number[], other: readonly number[]): Spread {
  return spreadOf(one.map((value, round) => (better === "more" ? value / (other[round] ?? Number.NaN) : (other[round] ?? Number.NaN) / value)));
}
