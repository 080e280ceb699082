/** How a program of this room ends that could not do its work. */

import { asRoadworthyError } from "../../base/error.ts";

/** Says what was wrong and what helps, and makes the process end with the exit code of that. */
export function tellFailure(error: unknown): void {
  const { code, message, hint, exitCode } = asRoadworthyError(error);
  console.error(`${code}: ${message}${hint === undefined ? "" : `\n  ${hint}`}`);
  process.exitCode = exitCode;
}
