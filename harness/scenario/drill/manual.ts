/** What a person does in a drill, as data: who, what, and which part of the recovery it is. Roadworthy asks, waits, and takes the person's word. */

import { z } from "zod";
import { parseDurationMs } from "../../base/duration.ts";
import { durationSchema, lineSchema } from "../words.ts";

/** In the order in which a recovery goes through them. */
export const recoveryParts = ["detect", "decide", "act", "verify"] as const;
export type RecoveryPart = (typeof recoveryParts)[number];

export const manualSchema = z.strictObject({
  kind: z.literal("manual"),
  text: lineSchema.min(1).max(400).describe("What is to be done, in one line"),
  owner: lineSchema.min(1).max(100).describe("Who does it: a role, such as `on call`"),
  expected: durationSchema.describe("How long it should take"),
  part: z.enum(recoveryParts).default("act").describe("Part of the recovery. `verify` is asked for when the fault is healed"),
});

export type ManualStep = z.infer<typeof manualSchema>;

/** "disaster:2": the second step of that fault's repair; an operation is asked for by its id. No name holds a colon. */
export function nameOfManual(id: string, place: number | null): string {
  return place === null ? id : `${id}:${place}`;
}

export function isManual(step: { kind: string }): step is ManualStep {
  return step.kind === "manual";
}

/** What is wrong with the people's part of a repair, or nothing. `path` is the repair's. */
export function manualProblems(steps: readonly ({ kind: string } | ManualStep)[], within: string, path: string): string[] {
  const parts = steps.map((step) => recoveryParts.indexOf(isManual(step) ? step.part : "act"));
  const late = parts.findIndex((part, index) => part < (parts[index - 1] ?? 0));
  const expectedMs = steps.filter(isManual).reduce((sum, { expected }) => sum + parseDurationMs(expected), 0);
  return [
    ...(late === -1 ? [] : [`${path}.steps[${late}]: a recovery goes from detect to decide, act and verify, and not back`]),
    ...(parts.every((part) => recoveryParts[part] === "verify") ? [`${path}.steps: there is nothing to repair but to verify it`] : []),
    ...(expectedMs > parseDurationMs(within) ? [`${path}.within: people are expected to take ${expectedMs / 1000} s, which is longer than ${within}`] : []),
  ];
}
