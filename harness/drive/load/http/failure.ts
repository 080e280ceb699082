/** Errors of a socket, by class. Their messages are of a limited vocabulary, so that they can be counted. */

import { messageOf, systemErrorCode } from "../../../base/error.ts";
import type { RequestOutcome } from "../../../log/event.ts";

/** How far a connection has got; plain ones shake no hands. */
export type Stage = "connecting" | "shaking-hands" | "open";

/** Errors of this machine: no socket, no port, no memory for one more connection. */
const localErrors = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"]);
const refusals = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "EACCES", "EPERM", "not-allowed"]);
/** What Node says itself, without the system, of a connection that went away. */
const resets = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_DESTROYED"]);

export interface Failure {
  outcome: RequestOutcome;
  message: string;
}

export function failureOf(error: Error, connection: { stage: Stage; isTls: boolean }): Failure {
  const code = systemErrorCode(error) ?? "";
  if (localErrors.has(code)) return { outcome: "dropped", message: code };
  if (refusals.has(code)) return { outcome: "refused", message: code };
  if (code === "ETIMEDOUT") return { outcome: "timeout", message: connection.stage === "open" ? `${code} after it was open` : code };
  if (connection.isTls && !resets.has(code) && (code === "EPROTO" || !("errno" in error))) return { outcome: "tls", message: code === "" ? messageOf(error) : code };
  return { outcome: "reset", message: connection.stage === "shaking-hands" ? closedWhen(connection.stage, 0) : code === "" ? messageOf(error) : code };
}

/** What was not there in time. */
export function awaited(stage: Stage): string {
  if (stage === "connecting") return "no connection";
  return stage === "shaking-hands" ? "no TLS handshake" : "no answer";
}

/** When the other side closed the connection, of whose answer so many bytes had come. */
export function closedWhen(stage: Stage, bytes: number): string {
  if (stage === "shaking-hands") return "closed in the TLS handshake";
  return bytes === 0 ? "closed before an answer" : "closed in the middle of an answer";
}
