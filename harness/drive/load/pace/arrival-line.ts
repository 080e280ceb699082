/** One line of a file of arrivals: CSV of time and route, or an access log in common or combined format. */

import { parseLogTimestamp, parseTimestamp, type Timestamp } from "./timestamp.ts";

export type ArrivalFormat = "csv" | "access log";

export interface ArrivalLine {
  time: Timestamp;
  /** The name of a route, or "METHOD /path". */
  request: string;
}

/** Tells by its first line what a file is. */
export function formatOf(line: string): ArrivalFormat {
  return accessLine.test(line) ? "access log" : "csv";
}

/** Whether it is the first line of a CSV that names its columns: it has two, and the first holds no digit. */
export function isHeader(line: string): boolean {
  const comma = line.indexOf(",");
  return comma > 0 && !/\d/.test(line.slice(0, comma));
}

/** The line, or in words why it is none. */
export function parseArrivalLine(line: string, format: ArrivalFormat): ArrivalLine | string {
  return format === "csv" ? parseCsv(line) : parseAccess(line);
}

function parseCsv(line: string): ArrivalLine | string {
  const comma = line.indexOf(",");
  if (comma < 0) return "it has no comma: write time,route";
  const text = unquoted(line.slice(0, comma));
  const request = unquoted(line.slice(comma + 1));
  const time = parseTimestamp(text);
  if (time === null) return `"${text.slice(0, 40)}" is no time: write ISO 8601, seconds or milliseconds since 1970, or seconds from the start`;
  return request === "" ? "it names no route" : { time, request };
}

/** host ident user [time] "METHOD target protocol" and whatever follows. */
const accessLine = /^\S+ .*?\[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "((?:[^"\\]|\\.)*)"/;

function parseAccess(line: string): ArrivalLine | string {
  const [, stamp = "", request = ""] = accessLine.exec(line) ?? [];
  const time = parseLogTimestamp(stamp);
  if (time === null) return 'it is no line of an access log: host ident user [time] "METHOD path protocol" …';
  return { time, request: request.replace(/ HTTP\/[\d.]+$/, "") };
}

function unquoted(field: string): string {
  const text = field.trim();
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}
