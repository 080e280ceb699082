/** What is known of the children of a stack from the supervisor's notices: whether they run, and what they printed last. */

import type { Supervisor } from "../../supervisor/client.ts";
import type { ProcessIdentity, SupervisorNotice } from "../../supervisor/protocol.ts";

export interface ChildFacts {
  /** The last process of it; null before the first start. */
  readonly process: ProcessIdentity | null;
  readonly running: boolean;
  /** How it ended ("1", "SIGKILL"); null while it runs, or waits to be restarted. */
  readonly ended: string | null;
  /** The supervisor does not start it again, though it was to. */
  readonly gaveUp: boolean;
  /** What it printed since its last start, as far as it is kept. */
  readonly lines: readonly string[];
}

export interface ChildWatch extends Disposable {
  facts(child: string): ChildFacts;
  /** Resolves at the next notice about any child. */
  change(): Promise<void>;
}

const keptLines = 200;
const unknown: ChildFacts = { process: null, running: false, ended: null, gaveUp: false, lines: [] };

export function watchChildren(supervisor: Supervisor): ChildWatch {
  const known = new Map<string, ChildFacts>();
  let changed = Promise.withResolvers<void>();
  const listening = supervisor.onNotice((notice) => {
    if (!("child" in notice)) return;
    known.set(notice.child, next(known.get(notice.child) ?? unknown, notice));
    const { resolve } = changed;
    changed = Promise.withResolvers();
    resolve();
  });
  return {
    facts: (child) => known.get(child) ?? unknown,
    change: () => changed.promise,
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

function next(facts: ChildFacts, notice: Extract<SupervisorNotice, { child: string }>): ChildFacts {
  switch (notice.notice) {
    case "started":
      return { process: notice.process, running: true, ended: null, gaveUp: false, lines: [] };
    case "exited":
      return { ...facts, running: false, ended: notice.ended };
    case "restarting":
      return { ...facts, ended: null };
    case "gave-up":
      return { ...facts, running: false, ended: facts.ended ?? notice.why, gaveUp: true };
    case "output":
      return { ...facts, lines: [...facts.lines.slice(1 - keptLines), notice.line] };
  }
}
