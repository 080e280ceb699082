/** What each objective of a scenario will be judged by: the samples that the plan gives beside those that a pass needs, as text. */

import type { Outlook } from "../../judge/outlook/outlook.ts";
import { formatNumber } from "../../judge/verdict/format.ts";
import type { Scenario } from "../../scenario/scenario.ts";

export function outlookTable(outlooks: readonly Outlook[], { rules, mayBeInconclusive = [] }: Pick<Scenario, "rules" | "mayBeInconclusive">): string[] {
  const cells = outlooks.map((outlook) => [outlook.objective, `${outlook.indicator}, ${outlook.phase}`, `${outlook.given === null ? "?" : formatNumber(outlook.given)} of ${formatNumber(outlook.needed)} ${outlook.noun}`, ending(outlook, mayBeInconclusive)]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
  const silent = rules.filter((id) => !outlooks.some(({ objective }) => objective === id));
  return [
    "  rules   given of needed for a pass, when all are good",
    ...cells.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()),
    ...(silent.length === 0 ? [] : [`    without an indicator, so never ruled on: ${silent.join(", ")}`]),
  ];
}

function ending({ objective, prospect, why, change, note }: Outlook, allowed: readonly string[]): string {
  switch (prospect) {
    case "open":
      return note ?? "";
    case "unknown":
      return "known after the run";
    case "information":
      return `information: ${why ?? ""}`;
    case "inconclusive":
      return `at best inconclusive${allowed.includes(objective) ? " (allowed)" : ""}: ${why ?? ""}${change === null || change === "" ? "" : `; ${change}`}`;
  }
}
