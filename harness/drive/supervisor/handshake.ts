/** What travels over the supervisor's message channel besides the requests themselves. */

import { z } from "zod";
import type { ErrorCode } from "../../base/error.ts";
import type { Failure } from "./core/state.ts";
import { processIdentitySchema, requestSchema, type SupervisorNotice, type SupervisorRequest } from "./protocol.ts";

/** Handed over on the command line, as JSON. */
export const startSchema = z.strictObject({
  run: z.string(),
  stateFolder: z.string(),
  scratchFolder: z.string(),
  harness: processIdentitySchema,
  /** The longest fault that it grants a lease for. */
  longestFaultMs: z.number().positive(),
});
export type SupervisorStart = z.infer<typeof startSchema>;

export const messageSchema = z.strictObject({ id: z.int(), request: requestSchema });
export interface HarnessMessage {
  id: number;
  request: SupervisorRequest;
}

/** Both ends are the same version of the same package: they know the same codes. */
const errorCodeSchema = z.custom<ErrorCode>((value) => typeof value === "string");
const failureSchema = z.strictObject({ code: errorCodeSchema, message: z.string(), hint: z.string() }) satisfies z.ZodType<Failure>;

const noticeSchema = z.discriminatedUnion("notice", [
  z.strictObject({ notice: z.literal("started"), child: z.string(), process: processIdentitySchema, atUs: z.number() }),
  z.strictObject({ notice: z.literal("exited"), child: z.string(), pid: z.int(), ended: z.string(), expected: z.boolean(), atUs: z.number() }),
  z.strictObject({ notice: z.literal("restarting"), child: z.string(), afterMs: z.number(), atUs: z.number() }),
  z.strictObject({ notice: z.literal("gave-up"), child: z.string(), why: z.string(), atUs: z.number() }),
  z.strictObject({ notice: z.literal("output"), child: z.string(), stream: z.enum(["out", "err"]), line: z.string(), atUs: z.number() }),
  z.strictObject({ notice: z.literal("lease-expired"), lease: z.string(), healed: z.boolean(), why: z.string().nullable(), atUs: z.number() }),
]) satisfies z.ZodType<SupervisorNotice>;

export const supervisorMessageSchema = z.discriminatedUnion("say", [
  z.strictObject({ say: z.literal("ready"), supervisor: processIdentitySchema }),
  z.strictObject({ say: z.literal("failed"), failure: failureSchema }),
  z.strictObject({ say: z.literal("reply"), id: z.int(), value: z.unknown() }),
  z.strictObject({ say: z.literal("refusal"), id: z.int(), failure: failureSchema }),
  z.strictObject({ say: z.literal("notice"), notice: noticeSchema }),
]);
export type SupervisorMessage = z.infer<typeof supervisorMessageSchema>;

/** What the supervisor answers to each request. */
export const answers = {
  nothing: z.unknown().transform(() => undefined),
  process: processIdentitySchema,
  processes: z.array(processIdentitySchema.extend({ command: z.string() })),
  cleanup: z.strictObject({ complete: z.boolean(), left: z.array(z.strictObject({ kind: z.string(), id: z.string(), command: z.string() })) }),
};
