/** Sorts what PostgreSQL or the way to it can throw into outage and document fault. */

import { DocumentFault, Unavailable, messageOf } from "../base/failure.ts";

/** SQLSTATE classes that speak about the content: 22 data exception, 23 integrity constraint. */
const contentClasses: readonly string[] = ["22", "23"];

/** A connection could not be had: the statement was certainly not run. */
export function connectFailure(error: unknown): Unavailable {
  return new Unavailable("postgres", messageOf(error), { cause: error, effect: "none" });
}

/** A statement failed. With an SQLSTATE the server itself refused it; without one it may have been carried out. */
export function statementFailure(error: unknown): Unavailable | DocumentFault {
  const state = sqlState(error);
  if (state !== null && contentClasses.includes(state.slice(0, 2))) return new DocumentFault(`postgres refused the content: ${messageOf(error)}`);
  return new Unavailable("postgres", messageOf(error), { cause: error, effect: state === null ? "unknown" : "none" });
}

function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  // Node's own codes (ECONNRESET …) are not five characters of digits and capitals that begin with a digit or the like.
  return /^[0-9A-Z]{5}$/.test(error.code) && "severity" in error ? error.code : null;
}
