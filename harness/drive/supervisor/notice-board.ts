/** Hands notices to listeners; one that comes late is told what went before, in order and as far as it is kept. */

import type { SupervisorNotice } from "./protocol.ts";

export interface NoticeBoard {
  tell(notice: SupervisorNotice): void;
  listen(listener: (notice: SupervisorNotice) => void): Disposable;
  /** A child that is not known any more: another one may get its name, and must not inherit its past. */
  forget(child: string): void;
}

/** Kept of what children printed, and of everything else: the one must not push out the other. */
const keptOutputs = 2_000;
const keptOthers = 5_000;

interface Entry {
  readonly order: number;
  readonly notice: SupervisorNotice;
}

export function createNoticeBoard(): NoticeBoard {
  const listeners = new Set<(notice: SupervisorNotice) => void>();
  let outputs: Entry[] = [];
  let others: Entry[] = [];
  let order = 0;
  return {
    tell: (notice) => {
      const [kept, limit] = notice.notice === "output" ? [outputs, keptOutputs] : [others, keptOthers];
      kept.push({ order: (order += 1), notice });
      if (kept.length > limit) kept.splice(0, kept.length - limit);
      for (const listener of listeners) listener(notice);
    },
    forget: (child) => {
      const stays = ({ notice }: Entry): boolean => !("child" in notice) || notice.child !== child;
      outputs = outputs.filter(stays);
      others = others.filter(stays);
    },
    listen: (listener) => {
      const past = [...outputs, ...others].toSorted((a, b) => a.order - b.order);
      for (const { notice } of past) listener(notice);
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
