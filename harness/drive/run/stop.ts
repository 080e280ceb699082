/** How an early end is written into a log. */

import { asRoadworthyError } from "../../base/error.ts";
import { nowUs } from "../../base/time.ts";
import type { ControlEvent } from "../../log/event.ts";

export function stopEvent(error: unknown): ControlEvent {
  const known = asRoadworthyError(error);
  const why = known.code === "stopped" ? "condition" : known.code === "interrupted" ? "interrupt" : known.code === "not-steady" ? "unsteady" : "error";
  return { type: "stop", at: nowUs(), why, code: known.code, message: known.message, ...(known.hint === undefined ? {} : { hint: known.hint }) };
}
