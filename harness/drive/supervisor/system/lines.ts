/** What a child prints, cut into lines, with bounds: long lines are cut, and of a flood only the first lines of each second are kept. */

import type { InstantUs } from "../../../base/time.ts";

export const lineLimits = { lengthChars: 2_048, perSecond: 200 } as const;

export interface LineReader {
  add(text: string, atUs: InstantUs): void;
  /** The end of the stream: an unfinished line counts as a line. */
  end(atUs: InstantUs): void;
}

export function createLineReader(emit: (line: string, atUs: InstantUs) => void): LineReader {
  let rest = "";
  let windowStartUs = Number.NEGATIVE_INFINITY;
  let inWindow = 0;
  let dropped = 0;
  const tellDropped = (atUs: InstantUs): void => {
    if (dropped > 0) emit(`[${dropped} lines left out]`, atUs);
    dropped = 0;
  };
  const take = (line: string, atUs: InstantUs): void => {
    if (atUs - windowStartUs >= 1_000_000) {
      tellDropped(atUs);
      windowStartUs = atUs;
      inWindow = 0;
    }
    inWindow += 1;
    if (inWindow > lineLimits.perSecond) dropped += 1;
    else emit(line.slice(0, lineLimits.lengthChars), atUs);
  };
  return {
    add: (text, atUs) => {
      const lines = (rest + text).split("\n");
      rest = (lines.pop() ?? "").slice(0, lineLimits.lengthChars);
      for (const line of lines) take(line.replace(/\r$/, ""), atUs);
    },
    end: (atUs) => {
      if (rest !== "") take(rest, atUs);
      rest = "";
      tellDropped(atUs);
    },
  };
}
