/** The outputs of a run, by format. All are strings; none touches the run or the clock. */

import { renderHtml } from "./html/page.ts";
import type { ReportInput } from "./input.ts";
import { renderSuite } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderTerminal } from "./terminal.ts";

const renderers = {
  html: renderHtml,
  junit: renderJunit,
  md: renderMarkdown,
  json: (input: ReportInput): string => renderSuite(input.suite),
  terminal: (input: ReportInput): string => renderTerminal(input, { color: false, width: 120, all: false }),
} as const satisfies Record<string, (input: ReportInput) => string>;

export type ReportFormat = keyof typeof renderers;

export const reportFormats: readonly ReportFormat[] = ["html", "junit", "md", "json", "terminal"];

export function render(format: ReportFormat, input: ReportInput): string {
  return renderers[format](input);
}

export type { ReportInput, ScenarioReport } from "./input.ts";
export { renderSchemas, renderSuite, renderVerdict } from "./json.ts";
export { annotations } from "./markdown.ts";
export { renderTerminal, type TerminalOptions } from "./terminal.ts";
