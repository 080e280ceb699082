/** How the summary of a load is laid out: 80 columns, names at the left, what does not fit goes on below. */

import { formatDurationMs, formatNumber } from "../../harness/judge/verdict/format.ts";

const width = 80;
const nameWidth = 12;

/** A named row; its text goes on under itself. */
export function row(name: string, text: string): string[] {
  return inColumns(text, name.padEnd(nameWidth), " ".repeat(nameWidth));
}

/** Broken at blanks, but not between a number and its unit, so that no line is longer than 80 characters, but for a word that is. Blanks inside a line stay. */
export function inColumns(text: string, first = "", others = "  "): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const [, gap = "", word = ""] of text.matchAll(/(\s*)((?:[\d.,]*\d )?\S+)/gu)) {
    if (!isEmpty && lengthOf(line) + gap.length + lengthOf(word) > width) {
      lines.push(line);
      line = others + word;
    } else line += gap + word;
    isEmpty = false;
  }
  return [...lines, line];
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Milliseconds to three digits that say something, with their unit. */
export function formatTime(timeMs: number): string {
  return timeMs >= 10_000 ? formatDurationMs(timeMs) : `${timeNumber(timeMs)} ms`;
}

/** Milliseconds to three digits that say something, without their unit. */
export function timeNumber(timeMs: number): string {
  if (timeMs >= 100) return formatNumber(Math.round(timeMs));
  return timeMs >= 10 ? timeMs.toFixed(1) : timeMs.toFixed(2);
}

/** "1,243/s", "12.4/s". */
export function formatRate(ratePerSecond: number): string {
  return `${formatNumber(ratePerSecond >= 100 ? Math.round(ratePerSecond) : Math.round(ratePerSecond * 10) / 10)}/s`;
}
