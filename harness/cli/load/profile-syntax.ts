/**
 * How the command line writes a rate and its course.
 *
 *     --rate       100 · 100/s · 6000/min · max
 *     --profile    constant · poisson                   at --rate
 *                  ramp:10-500 · ramp:10-500@30s        over the whole time, or over 30 s and then held
 *                  steps:100@30s,200@30s,400            the last one to the end
 *                  spike:100-1000@10s+5s                100, and 1000 for 5 s from 10 s on; the middle third without @
 *                  search · search:50-2000              the highest rate within these that keeps every --limit
 */

import { isTimeUnit, parseDurationMs, toMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import type { Arrivals } from "../../drive/load/alone/config.ts";

export type Course = { kind: "load"; arrivals: Arrivals; text: string; durationMs: number | null } | { kind: "search"; from: number | null; to: number };

/** The engine's own bound on a rate. */
const highestRate = 100_000;
const examples = "constant, poisson, ramp:10-500, ramp:10-500@30s, steps:100@30s,200@30s, spike:100-1000@10s+5s, search:50-2000";

export interface CourseFlags {
  rate?: string | undefined;
  profile?: string | undefined;
  /** Of the whole load; null when it was not said. */
  durationMs: number | null;
}

/** Throws `usage`. `durationMs` of the answer is how long the profile itself lasts, null when it has no length of its own. */
export function courseOf(flags: CourseFlags): Course {
  const profile = flags.profile ?? "constant";
  const [name, rest] = splitOnce(profile, ":");
  if (flags.rate === "max") {
    if (name !== "constant") throw usage(`--rate max has no --profile ${name}`, "leave one of them out");
    return { kind: "load", arrivals: { model: "closed" }, text: "as fast as it goes", durationMs: null };
  }
  if (name === "constant" || name === "poisson") return steady(name, rest ?? flags.rate, flags.rate !== undefined && rest !== undefined);
  if (name === "search") return search(rest, flags.rate);
  if (flags.rate !== undefined) throw usage(`--profile ${name} holds its own rates`, "leave --rate out");
  const shape = shapes[name];
  if (shape === undefined || rest === undefined) throw usage(`--profile "${profile}" is not known`, `write one of: ${examples}`);
  return shape(rest, flags.durationMs);
}

function steady(name: "constant" | "poisson", rate: string | undefined, isTwice: boolean): Course {
  if (rate === undefined || isTwice) throw usage(isTwice ? "the rate was given twice" : "no rate was given", "write --rate 100 (per second), --rate 6000/min or --rate max");
  const value = rateOf(rate);
  const arrivals: Arrivals = name === "poisson" ? { model: "poisson", rate: value } : { model: "open", profile: { shape: "constant", rate: value } };
  return { kind: "load", arrivals, text: `${value}/s${name === "poisson" ? " (Poisson)" : ""}`, durationMs: null };
}

function search(range: string | undefined, rate: string | undefined): Course {
  if (rate !== undefined) throw usage("--profile search finds the rate", "leave --rate out, or write the range: --profile search:50-2000");
  if (range === undefined) return { kind: "search", from: null, to: highestRate };
  const [from, to] = pairOf(range);
  if (from >= to) throw usage(`the range ${range} is empty`, "write the lower rate first: search:50-2000");
  return { kind: "search", from, to };
}

type Shape = (text: string, durationMs: number | null) => Course;

const shapes: Readonly<Record<string, Shape>> = {
  ramp: (text, durationMs) => {
    const [rates, over] = splitOnce(text, "@");
    const [from, to] = pairOf(rates);
    const overMs = over === undefined ? durationMs : parseDurationMs(over);
    return open({ shape: "ramp", from, to, over: `${overMs ?? defaultDurationMs}ms` }, `ramp from ${from}/s to ${to}/s`, overMs);
  },
  steps: (text, durationMs) => {
    const parts = text.split(",").map((part) => splitOnce(part, "@"));
    const openEnd = parts.findIndex(([, length]) => length === undefined);
    if (openEnd >= 0 && openEnd < parts.length - 1) throw usage(`step "${parts[openEnd]?.[0] ?? ""}" says not how long it lasts`, "write steps:100@30s,200@30s; only the last one may lack its time");
    const steps = parts.map(([rate, length]) => ({ rate: rateOf(rate), for: length ?? `${durationMs ?? defaultDurationMs}ms` }));
    const wholeMs = openEnd >= 0 ? null : steps.reduce((sum, step) => sum + parseDurationMs(step.for), 0);
    return open({ shape: "steps", steps }, `steps of ${steps.map(({ rate }) => rate).join(", ")}/s`, wholeMs);
  },
  spike: (text, durationMs) => {
    const [rates, when] = splitOnce(text, "@");
    const [base, peak] = pairOf(rates);
    const third = (durationMs ?? defaultDurationMs) / 3;
    const [at, length] = when === undefined ? [`${third}ms`, `${third}ms`] : splitOnce(when, "+");
    if (length === undefined) throw usage(`spike "@${when ?? ""}" says not how long it lasts`, "write spike:100-1000@10s+5s");
    parseDurationMs(at);
    parseDurationMs(length);
    return open({ shape: "spike", base, peak, at, for: length }, `${base}/s with a spike of ${peak}/s`, null);
  },
};

/** How long a load lasts when nothing says so. */
export const defaultDurationMs = 10_000;

function open(profile: Extract<Arrivals, { model: "open" }>["profile"], text: string, durationMs: number | null): Course {
  return { kind: "load", arrivals: { model: "open", profile }, text, durationMs };
}

/** "100", "100/s", "6000/min", "360000/h" → per second. */
function rateOf(text: string): number {
  const [, amount, unit = "s"] = /^(\d+(?:\.\d+)?)(?:\/(s|m|min|h))?$/.exec(text.trim()) ?? [];
  const value = amount === undefined || !isTimeUnit(unit) ? Number.NaN : (Number(amount) * 1000) / toMs(1, unit);
  if (value > 0 && value <= highestRate) return value;
  throw usage(`"${text}" is not a rate`, `write requests per second up to ${highestRate}, such as 100 or 0.5, or 6000/min, or max`);
}

function pairOf(text: string): [number, number] {
  const [from, to] = splitOnce(text, "-");
  if (to === undefined) throw usage(`"${text}" is not a pair of rates`, "write two rates with a hyphen between them: 10-500");
  return [rateOf(from), rateOf(to)];
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function usage(message: string, hint: string): RoadworthyError {
  return new RoadworthyError("usage", message, { hint });
}
