/**
 * Whose fault a failure is decides what happens to a document. An outage is nobody's document's fault: it is waited out and costs no
 * attempt. A document that cannot be read costs one of its three attempts.
 */

/** Who is unavailable; `service` is this process itself, too slow to answer in time. */
export type Dependency = "postgres" | "redis" | "paperless" | "ollama" | "service";

interface UnavailableFacts {
  readonly cause?: unknown;
  /** It did answer, but with an error of its own (HTTP 5xx): it may be this one document after all. */
  readonly answered?: boolean;
  /** `none`: the request certainly had no effect. `unknown`: it may have had one. */
  readonly effect?: "none" | "unknown";
}

/** A dependency that cannot be reached, or that says it cannot serve now. */
export class Unavailable extends Error {
  readonly dependency: Dependency;
  readonly answered: boolean;
  readonly effect: "none" | "unknown";

  constructor(dependency: Dependency, message: string, facts: UnavailableFacts = {}) {
    super(`${dependency}: ${message}`, { cause: facts.cause });
    this.name = "Unavailable";
    this.dependency = dependency;
    this.answered = facts.answered ?? false;
    this.effect = facts.effect ?? "unknown";
  }
}

/** A document that cannot be processed as it is: missing, unreadable, or refused by the database for its content. */
export class DocumentFault extends Error {
  override readonly name = "DocumentFault";
}

/** A request that the client got wrong. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}

/** What to say about anything that was thrown. Connection errors of Node may have a code and no message. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return error.message === "" ? code : error.message;
}
