/** The checks of a back-up: numbers that never shrink, asked before it and of what was restored. */

import { messageOf } from "../../../base/error.ts";
import type { Query } from "../../../scenario/target/query.ts";

export interface Answer {
  readonly value: number | null;
  /** Why there is no value; null when there is one. */
  readonly why: string | null;
}

export interface Compared {
  readonly check: string;
  readonly atBackup: number | null;
  readonly restored: number | null;
  readonly why: string | null;
}

export interface Asking {
  readonly ask: (query: Query) => Promise<readonly (readonly string[])[]>;
  readonly signal: AbortSignal;
}

/** By check. Rejects when the run is stopped, and for nothing else. */
export async function answersOf(checks: Readonly<Record<string, Query>>, { ask, signal }: Asking): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const [check, query] of Object.entries(checks)) {
    try {
      const [[text = ""] = []] = await ask(query);
      const value = text === "" ? Number.NaN : Number(text);
      answers.set(check, Number.isFinite(value) ? { value, why: null } : { value: null, why: `it answered "${text.slice(0, 80)}", which is no number` });
    } catch (error) {
      answers.set(check, { value: null, why: messageOf(error) });
    }
    signal.throwIfAborted();
  }
  return answers;
}

export function compared(before: ReadonlyMap<string, Answer>, now: ReadonlyMap<string, Answer>): Compared[] {
  return [...now].map(([check, { value, why }]) => {
    const earlier = before.get(check) ?? { value: null, why: "it was not asked before the back-up" };
    return { check, atBackup: earlier.value, restored: value, why: why ?? earlier.why };
  });
}

/** Whether all of them hold, and one of them could have been found broken: nothing is less than none. */
export function allHold(checks: readonly Compared[]): boolean {
  const holds = ({ atBackup, restored }: Compared): boolean => atBackup !== null && restored !== null && restored >= atBackup;
  return checks.every(holds) && checks.some(({ atBackup }) => atBackup !== null && atBackup > 0);
}
