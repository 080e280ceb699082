/** `init.json` beside the definitions: the answers, and what each file was when `init` wrote it, so that what somebody edited is known. */

import { createHash } from "node:crypto";
import { z } from "zod";
import { answersSchema } from "./answers.ts";
import type { Draft } from "./draft/drafts.ts";

export const manifestSchema = z.strictObject({
  about: z.string(),
  answers: answersSchema,
  files: z.record(z.string(), z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;

export const manifestName = "init.json";

export function manifestText(answers: Manifest["answers"], files: Manifest["files"]): string {
  const about = "Written by roadworthy init: what it was told, and the files that it wrote. It changes none that was edited or deleted since.";
  return `${JSON.stringify({ about, answers, files }, null, 2)}\n`;
}

/** What is to become of a file. */
export type Fate = "new" | "updated" | "unchanged" | "edited" | "deleted" | "foreign";

/** `found`: its text now, null when it is not there. `noted`: what the manifest says of it. */
export function fateOf(draft: Draft, found: string | null, noted: string | undefined): Fate {
  if (noted === undefined) return found === null ? "new" : found === draft.text ? "unchanged" : "foreign";
  if (found === null) return "deleted";
  if (digestOf(found) !== noted) return "edited";
  return found === draft.text ? "unchanged" : "updated";
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
