/** What everything that looks at the system is given. */

import { every, nowUs, type InstantUs } from "../../base/time.ts";
import type { ProbeEvent } from "../../log/event.ts";
import type { Query } from "../../scenario/target/query.ts";

export interface Source {
  startAtUs: InstantUs;
  write: (event: ProbeEvent) => void;
  /** Puts a failure to look into the log: `what` could not be done, and `why`. At most one a second for each `what`. */
  complain: (what: string, why: string) => void;
}

/** Puts a question to a node, on a fresh connection: rows of text columns. */
export type Ask = (query: Query, limits: { timeoutMs: number }) => Promise<string[][]>;

const quietMs = 1000;

/** Writes `probing-failed` events; of many in a second about the same thing, the first. */
export function startComplaints(write: (event: ProbeEvent) => void): Pick<Source, "complain"> & Disposable {
  const said = new Set<string>();
  const ticker = every(quietMs, () => said.clear());
  ticker.unref();
  return {
    complain: (what, why) => {
      if (said.has(what)) return;
      said.add(what);
      write({ type: "probing-failed", at: nowUs(), what, why });
    },
    [Symbol.dispose]: () => ticker[Symbol.dispose](),
  };
}
