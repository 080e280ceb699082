/** One line of a file of arrivals: CSV of time and route, or an access log in common or combined format. Columns count characters, from 1. */

import { parseLogTimestamp, parseTimestamp, type Timestamp } from "./timestamp.ts";

export interface ArrivalLine {
  time: Timestamp;
  timeColumn: number;
  /** The name of a route, or "METHOD /path". */
  request: string;
  requestColumn: number;
}

/** Why a line cannot be used, and at which of its characters. */
export interface LineProblem {
  column: number;
  problem: string;
}

export type ReadLine = (line: string) => ArrivalLine | LineProblem;

/** How the lines of a file are read, told by its first one; `isHeader` when that one holds names and no arrival. */
export function lineReader(first: string): { isHeader: boolean; read: ReadLine } | LineProblem {
  if (accessLine.test(first)) return { isHeader: false, read: readAccess };
  const comma = first.indexOf(",");
  if (comma < 0 || /\d/.test(first.slice(0, comma))) return { isHeader: false, read: readPair };
  return headedReader(first);
}

/** host ident user [time] "METHOD target protocol" and whatever follows. */
const accessLine = /^(\S+ .*?\[)(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "((?:[^"\\]|\\.)*)"/;

function readAccess(line: string): ArrivalLine | LineProblem {
  const [, before = "", stamp = "", request = ""] = accessLine.exec(line) ?? [];
  const timeColumn = before.length + 1;
  if (stamp === "") return { column: 1, problem: 'it is no line of an access log: host ident user [time] "METHOD path protocol" …' };
  const time = parseLogTimestamp(stamp);
  if (time === null) return { column: timeColumn, problem: `there is no such time as "${stamp}"` };
  return { time, timeColumn, request: request.replace(/ HTTP\/[\d.]+$/, ""), requestColumn: timeColumn + stamp.length + '] "'.length };
}

interface Field {
  text: string;
  column: number;
}

/** Two columns: the route is all that follows the first comma, so that a path may hold commas without being quoted. */
function readPair(line: string): ArrivalLine | LineProblem {
  const comma = line.indexOf(",");
  if (comma < 0) return { column: 1, problem: "it has no comma: write time,route" };
  return arrival(unquoted(line.slice(0, comma), 1), unquoted(line.slice(comma + 1), comma + 2));
}

function arrival(time: Field | undefined, request: Field | undefined): ArrivalLine | LineProblem {
  if (time === undefined || request === undefined) return { column: 1, problem: "it has fewer columns than the first line names" };
  const at = parseTimestamp(time.text);
  if (at === null) return { column: time.column, problem: `"${time.text.slice(0, 40)}" is no time: write ISO 8601, seconds or milliseconds since 1970, or seconds from the start` };
  if (request.text === "") return { column: request.column, problem: "it names no route" };
  return { time: at, timeColumn: time.column, request: request.text, requestColumn: request.column };
}

const timeNames = ["time", "timestamp", "@timestamp", "datetime", "at"];
const routeNames = ["route", "request", "endpoint"];

/** Of a CSV whose first line names its columns, in any order and among others; two columns of other names are time and route. */
function headedReader(first: string): { isHeader: true; read: ReadLine } | LineProblem {
  const names = fieldsOf(first);
  if ("problem" in names) return names;
  const place = (known: readonly string[]): number => names.findIndex(({ text }) => known.includes(text.toLowerCase()));
  const [time, route, method, path] = [place(timeNames), place(routeNames), place(["method"]), place(["path", "url", "uri"])];
  if (names.length === 2 && (time < 0 || route < 0 || time < route)) return { isHeader: true, read: readPair };
  if (time < 0) return { column: 1, problem: `none of its columns is the time: name one ${timeNames.join(", ")}` };
  if (route < 0 && (method < 0 || path < 0)) return { column: 1, problem: `none of its columns is the route: name one ${routeNames.join(", ")}, or two method and path` };
  return {
    isHeader: true,
    read: (line) => {
      const fields = fieldsOf(line);
      if ("problem" in fields) return fields;
      return arrival(fields[time], route >= 0 ? fields[route] : joined(fields[method], fields[path]));
    },
  };
}

function joined(method: Field | undefined, path: Field | undefined): Field | undefined {
  return method === undefined || path === undefined ? undefined : { text: `${method.text} ${path.text}`, column: method.column };
}

/** The fields of a line of CSV; those in quotes may hold commas, and quotes that are doubled. */
function fieldsOf(line: string): Field[] | LineProblem {
  const fields: Field[] = [];
  for (let start = 0; start <= line.length; ) {
    const quote = line.slice(start).search(/\S/) + start;
    let end = line.indexOf(",", start);
    if (quote >= start && line[quote] === '"') {
      const closing = closingQuote(line, quote);
      if (closing < 0) return { column: quote + 1, problem: "this quote is never closed" };
      end = line.indexOf(",", closing);
    }
    if (end < 0) end = line.length;
    fields.push(unquoted(line.slice(start, end), start + 1));
    start = end + 1;
  }
  return fields;
}

/** Place of the quote that closes the one at `opening`; negative when there is none. */
function closingQuote(line: string, opening: number): number {
  let at = line.indexOf('"', opening + 1);
  while (at >= 0 && line[at + 1] === '"') at = line.indexOf('"', at + 2);
  return at;
}

function unquoted(field: string, column: number): Field {
  const text = field.trim();
  const indent = text === "" ? 0 : field.indexOf(text);
  return { text: text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text, column: column + indent };
}
