/** Where a repeat of a series is kept, and what its run is called. */

import type { RepeatAttempt } from "./event.ts";

type Place = Pick<RepeatAttempt, "repeat" | "attempt">;

/** "repeat-2", "repeat-2-try-2": its folder in that of the series. */
export function repeatFolder({ repeat, attempt }: Place): string {
  return attempt === 1 ? `repeat-${repeat}` : `repeat-${repeat}-try-${attempt}`;
}

/** "2026-11-20-1402-k3f-r2": short, because sockets in folders named after it have little room. */
export function repeatRun(series: string, { repeat, attempt }: Place): string {
  return attempt === 1 ? `${series}-r${repeat}` : `${series}-r${repeat}t${attempt}`;
}

/** The series and folder of such a name; null for any other. */
export function partsOfRepeatRun(name: string): { series: string; folder: string } | null {
  const [, series, repeat, attempt = "1"] = /^(.+)-r(\d{1,3})(?:t(\d{1,3}))?$/.exec(name) ?? [];
  return series === undefined || repeat === undefined ? null : { series, folder: repeatFolder({ repeat: Number(repeat), attempt: Number(attempt) }) };
}
