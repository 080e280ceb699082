/** What a bench found out, as data and as text: the conditions it was measured under, figures by row, and what a reader must know. */

export interface BenchTable {
  title: string;
  /** Everything that the figures hold for only together: payload, rounds, processes. */
  conditions: readonly string[];
  head: readonly string[];
  rows: readonly (readonly string[])[];
  notes?: readonly string[];
}

/** Lines of text; the first column is aligned to the left, figures to the right. */
export function renderTable({ title, conditions, head, rows, notes = [] }: BenchTable): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, column) => pad(cell, column, widths[column] ?? 0)).join("  ")}`.trimEnd();
  return [title, ...conditions.map((text) => `  ${text}`), "", line(head), line(widths.map((width) => "─".repeat(width))), ...rows.map(line), ...notes.map((text) => `  ${text}`), ""].join("\n");
}

/** Three significant digits, thousands kept whole: 48213.7 → "48,214", 0.98214 → "0.982". */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) >= 100 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.001))));
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function pad(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
