/**
 * A fixed rate, kept by the clock: instant k is start + k × interval, whatever happened at the ones before. When this process itself
 * was late, only the newest instant is served: looking late on behalf of the others would date what is seen wrongly.
 */

import { msToUs } from "../../base/duration.ts";
import { alarm, nowUs, type InstantUs } from "../../base/time.ts";

export interface ScheduleOptions {
  startAtUs: InstantUs;
  intervalMs: number;
  onDue: (dueUs: InstantUs) => void;
  /** So many instants were passed over because this process was late. */
  onMissed: (missed: number) => void;
}

export function startSchedule(options: ScheduleOptions): Disposable {
  const intervalUs = msToUs(options.intervalMs);
  let next = 0;
  let isStopped = false;
  const dueUs = (): InstantUs => options.startAtUs + next * intervalUs;
  const timer = alarm(() => {
    const now = nowUs();
    if (now >= dueUs()) {
      const newest = Math.floor((now - options.startAtUs) / intervalUs);
      if (newest > next) options.onMissed(newest - next);
      next = newest;
      options.onDue(dueUs());
      next += 1;
    }
    if (!isStopped) timer.set(dueUs());
  });
  timer.set(dueUs());
  return {
    [Symbol.dispose]: () => {
      isStopped = true;
      timer[Symbol.dispose]();
    },
  };
}
