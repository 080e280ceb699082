/** Times as logs write them → milliseconds. Only differences of them are used. */

/** What a number or text counts from: the epoch (wall clock), or the start of the file's own time. */
export type TimeKind = "wall clock" | "offset";

export interface Timestamp {
  kind: TimeKind;
  ms: number;
}

/** A number below this is seconds from the start, above it seconds since 1970 (from 1973 on) … */
const epochSecondsFrom = 1e8;
/** … and above this, milliseconds since 1970. */
const epochMsFrom = 1e11;

/** ISO 8601 ("2026-03-01T10:00:00.250Z", without an offset: UTC), seconds or milliseconds since 1970, or seconds from the start; null for anything else. */
export function parseTimestamp(text: string): Timestamp | null {
  if (/^\d{1,13}(\.\d{1,9})?$/.test(text)) {
    const value = Number(text);
    if (value >= epochMsFrom) return { kind: "wall clock", ms: value };
    return { kind: value >= epochSecondsFrom ? "wall clock" : "offset", ms: value * 1000 };
  }
  const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (iso === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = iso;
  const ms = utcMs([year, month, day, hour, minute, second].map(Number));
  return ms === null ? null : { kind: "wall clock", ms: ms + (fraction === "" ? 0 : Number(fraction) * 1000) - zoneMs(zone) };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The time of an access log, "01/Mar/2026:10:00:00 +0100"; null for anything else. */
export function parseLogTimestamp(text: string): Timestamp | null {
  const parts = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})$/.exec(text);
  if (parts === null) return null;
  const [, day, month = "", year, hour, minute, second, zone = ""] = parts;
  const ms = utcMs([Number(year), months.indexOf(month) + 1, Number(day), Number(hour), Number(minute), Number(second)]);
  return ms === null ? null : { kind: "wall clock", ms: ms - zoneMs(zone) };
}

/** "+0130" or "+01:30" → ms east of UTC. */
function zoneMs(zone: string): number {
  if (zone === "Z") return 0;
  const digits = zone.slice(1).replace(":", "");
  return (zone.startsWith("-") ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

/** Milliseconds since 1970 of a date of the proleptic Gregorian calendar in UTC; null when there is no such date. A leap second counts as the next one. */
function utcMs([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]): number | null {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const longest = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  if (longest === undefined || day < 1 || day > longest || hour > 23 || minute > 59 || second > 60) return null;
  // Counting years from March puts the leap day at their end.
  const shifted = month <= 2 ? year - 1 : year;
  const days = 365 * shifted + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400) + Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1 - 719_468;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}
