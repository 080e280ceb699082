/** verdict.json, suite.json and what `load --json` prints, and their published JSON Schemas. Keys in the order of the schema, so that the same verdict is the same bytes. */

import { z } from "zod";
import { suiteVerdictSchema, verdictSchema, type SuiteVerdict, type Verdict } from "../harness/judge/verdict/schema.ts";
import { loadResultSchema, type LoadResult } from "./load/result.ts";

/** Two spaces, newline at the end. Throws a ZodError when the verdict does not keep the schema (a NaN, for one): that is a defect of the judge. */
export function renderVerdict(verdict: Verdict): string {
  return stableJson(verdictSchema.parse(verdict));
}

export function renderSuite(suite: SuiteVerdict): string {
  const parsed = suiteVerdictSchema.parse(suite);
  // Their names are the target's: one called __proto__ would not come out of the schema.
  const settings = Object.fromEntries(Object.entries(suite.settings).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return stableJson({ ...parsed, settings });
}

/** What `roadworthy load --json` prints. */
export function renderLoad(result: LoadResult): string {
  return stableJson(loadResultSchema.parse(result));
}

/** File name in `reports/schema/` → its text. */
export function renderSchemas(): Readonly<Record<string, string>> {
  return {
    "verdict.schema.json": stableJson({ title: "verdict.json of Roadworthy: one scenario's run", ...z.toJSONSchema(verdictSchema) }),
    "suite.schema.json": stableJson({ title: "suite.json of Roadworthy: the run of a suite", ...z.toJSONSchema(suiteVerdictSchema) }),
    "load.schema.json": stableJson({ title: "what `roadworthy load --json` prints", ...z.toJSONSchema(loadResultSchema) }),
  };
}

/** Two spaces, newline at the end; keys in the order that they have. What would steer a terminal or hide text stands as \u escapes, which mean the same. */
export function stableJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replaceAll(/[\u{7F}-\u{9F}\p{Cf}\p{Zl}\p{Zp}]/gu, escapes)}\n`;
}

function escapes(character: string): string {
  return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
