/** One thing that a Toxiproxy client may rely on: what is done, and what comes of it, as plain data that both servers are compared by. */

import type { Stage } from "./stage.fixture.ts";

export interface Case {
  /** A sentence. The rows of the README's table are named by those that differ. */
  readonly name: string;
  /** Resolves to what was seen. Times are told from below only ("took at least"): a busy machine is late, never early. */
  act(stage: Stage): Promise<unknown>;
  /** What is seen with Toxiproxy, and with the embedded proxy too … */
  readonly sees: unknown;
  /** … unless that differs on purpose. */
  readonly differs?: Difference;
}

export interface Difference {
  /** What is seen with the embedded proxy. */
  readonly sees: unknown;
  /** The same in words for the README: here, there, and why. */
  readonly here: string;
  readonly there: string;
  readonly why: string;
}

export type ServerKind = "embedded" | "toxiproxy";

export function expectedOf({ sees, differs }: Case, kind: ServerKind): unknown {
  return kind === "embedded" && differs !== undefined ? differs.sees : sees;
}
