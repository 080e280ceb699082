/** The small vocabulary that every schema shares: names, durations, templates. */

import { z } from "zod";
import { parseDurationMs } from "../base/duration.ts";
import { messageOf } from "../base/error.ts";

/** Names of nodes, links, routes, phases …: they end up in paths, argument lists and API calls, so they are strict (R30). */
export const nameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/, "must start with a letter or digit and hold only letters, digits, '_', '.', '-' (128 at most)");

/** Names of environment variables. */
export const variableSchema = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/, "must start with a letter or '_' and hold only letters, digits, '_'");

/** Text without line breaks and other control characters: it becomes part of an argument or of a line. */
export const lineSchema = z.string().regex(/^\P{Cc}*$/u, "must not hold control characters");

/** A duration as people write it: "250ms", "30s", "5m", "4h". Kept as written; converted by `parseDurationMs` where it is used. */
export const durationSchema = z.string().superRefine((text, context) => {
  try {
    parseDurationMs(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: `${messageOf(error)}: write a number and a unit, such as "250ms", "30s", "5m"` });
  }
});

/** Text with `{{…}}` places that are filled in when the stack is up or a request is made (see template.ts). */
export const templateSchema = z.string();
