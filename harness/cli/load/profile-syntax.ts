/**
 * How the command line writes a rate and its course.
 *
 *     --rate       100 · 100/s · 6000/min · max
 *     --profile    constant · poisson                   at --rate
 *                  ramp:10-500 · ramp:10-500@30s        over the whole time, or over 30 s and then held
 *                  steps:100@30s,200@30s,400            the last one to the end
 *                  spike:100-1000@10s+5s                100, and 1000 for 5 s from 10 s on; the middle third without @
 *                  soak:100 · soak:100@2m               reached by a ramp of a minute, or of 2 min
 *                  closed:50 · closed:50@1s             closed model: 50 users, who think for a second between requests
 *                  replay:access.log · replay:log.csv@2 at the times of a log, twice as fast
 *                  search · search:50-2000              the highest rate within these that keeps every --limit
 */

import { resolve } from "node:path";
import { isTimeUnit, parseDurationMs, toMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import { replayedTimes } from "../../drive/load/alone/source.ts";
import { replayEndMs } from "../../drive/load/pace/replay.ts";
import { formatNumber } from "../../judge/verdict/format.ts";
import { profileText } from "../../scenario/workload/profile-text.ts";
import { profileSchema, type Profile } from "../../scenario/workload/profile.ts";

/** `durationMs` is how long the profile itself lasts, null when it has no length of its own. */
export type Course = { kind: "load"; profile: Profile; text: string; durationMs: number | null } | { kind: "search"; from: number | null; to: number };

/** The engine's own bound on a rate. */
const highestRate = 100_000;
const mostUsers = 10_000;
const defaultUsers = 64;
const examples = "constant, poisson, ramp:10-500@30s, steps:100@30s,200@30s, spike:100-1000@10s+5s, soak:100@1m, closed:50@1s, replay:access.log, search:50-2000";

export interface CourseFlags {
  rate?: string | undefined;
  profile?: string | undefined;
  connections?: number | undefined;
  /** Of the whole load; null when it was not said. */
  durationMs: number | null;
}

/** Throws `usage`; for a file to replay also what reading it throws. */
export function courseOf(flags: CourseFlags): Course {
  const profile = flags.profile ?? "constant";
  const [name, rest] = splitOnce(profile, ":");
  if (flags.rate === "max") {
    if (name !== "constant") throw usage(`--rate max has no --profile ${name}`, "leave one of them out");
    return { ...closed(String(flags.connections ?? defaultUsers), "--connections"), text: "as fast as it goes" };
  }
  if (name === "constant" || name === "poisson") return steady(name, rest ?? flags.rate, flags.rate !== undefined && rest !== undefined);
  if (name === "search") return search(rest, flags.rate);
  if (flags.rate !== undefined) throw usage(`--profile ${name} holds its own rates`, "leave --rate out");
  if (name === "closed" && flags.connections !== undefined) throw usage("--profile closed says how many connections there are", "leave --connections out: each user has one");
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (shape === undefined || rest === undefined) throw usage(`--profile "${profile}" is not known`, `write one of: ${examples}`);
  return shape(rest, flags.durationMs);
}

function steady(shape: "constant" | "poisson", rate: string | undefined, isTwice: boolean): Course {
  if (rate === undefined || isTwice) throw usage(isTwice ? "the rate was given twice" : "no rate was given", "write --rate 100 (per second), --rate 6000/min or --rate max");
  const value = rateOf(rate);
  return { kind: "load", profile: { shape, rate: value }, text: `${formatNumber(value)}/s${shape === "poisson" ? " at random times (Poisson)" : ""}`, durationMs: null };
}

function search(range: string | undefined, rate: string | undefined): Course {
  if (rate !== undefined) throw usage("--profile search finds the rate", "leave --rate out, or write the range: --profile search:50-2000");
  if (range === undefined) return { kind: "search", from: null, to: highestRate };
  const [from, to] = pairOf(range);
  if (from >= to) throw usage(`the range ${range} is empty`, "write the lower rate first: search:50-2000");
  return { kind: "search", from, to };
}

type LoadCourse = Extract<Course, { kind: "load" }>;
type Shape = (text: string, durationMs: number | null) => LoadCourse;

const shapes: Readonly<Record<string, Shape>> = {
  ramp: (text, durationMs) => {
    const [rates, over] = splitOnce(text, "@");
    const [from, to] = pairOf(rates);
    const overMs = over === undefined ? durationMs : lengthOf(over);
    return load({ shape: "ramp", from, to, over: written(overMs ?? defaultDurationMs) }, overMs);
  },
  steps: (text, durationMs) => {
    const parts = text.split(",").map((part) => splitOnce(part, "@"));
    const openEnd = parts.findIndex(([, length]) => length === undefined);
    if (openEnd >= 0 && openEnd < parts.length - 1) throw usage(`step "${parts[openEnd]?.[0] ?? ""}" says not how long it lasts`, "write steps:100@30s,200@30s; only the last one may lack its time");
    const steps = parts.map(([rate, length]) => ({ rate: rateOf(rate), for: written(length === undefined ? (durationMs ?? defaultDurationMs) : lengthOf(length)) }));
    const wholeMs = openEnd >= 0 ? null : steps.reduce((sum, step) => sum + parseDurationMs(step.for), 0);
    return load({ shape: "steps", steps }, wholeMs);
  },
  spike: (text, durationMs) => {
    const [rates, when] = splitOnce(text, "@");
    const [base, peak] = pairOf(rates);
    const third = written((durationMs ?? defaultDurationMs) / 3);
    const [at, length] = when === undefined ? [third, third] : splitOnce(when, "+");
    if (length === undefined) throw usage(`spike "@${when ?? ""}" says not how long it lasts`, "write spike:100-1000@10s+5s");
    return load({ shape: "spike", base, peak, at: written(parseDurationMs(at)), for: written(lengthOf(length)) }, null);
  },
  soak: (text) => {
    const [rate, rampUp = "1m"] = splitOnce(text, "@");
    return load({ shape: "soak", rate: rateOf(rate), rampUp: written(lengthOf(rampUp)) }, null);
  },
  closed: (text) => closed(text, "--profile closed"),
  replay: (text) => {
    const at = text.lastIndexOf("@");
    const [file, speed] = at > 0 && /^\d+(\.\d+)?$/.test(text.slice(at + 1)) ? [text.slice(0, at), Number(text.slice(at + 1))] : [text, 1];
    if (!(speed > 0 && speed <= 1000)) throw usage(`replay at ${speed} × its speed is out of range`, "write more than 0 and at most 1000: replay:access.log@2");
    const profile = { shape: "replay", file: resolve(file), speed, loop: false, unknown: "refuse" } as const;
    return load(profile, Math.max(1000, Math.ceil(replayEndMs(replayedTimes(profile.file), profile)) + 1));
  },
};

function closed(text: string, flag: string): LoadCourse {
  const [count, thinkTime = "0s"] = splitOnce(text, "@");
  const users = Number(count);
  if (!/^\d+$/.test(count) || users < 1 || users > mostUsers) throw usage(`${flag} ${count} is out of range`, `write a number from 1 to ${mostUsers}`);
  return load({ shape: "closed", users, thinkTime: written(parseDurationMs(thinkTime)), rampUp: "0s" }, null);
}

/** How long a load lasts when nothing says so. */
export const defaultDurationMs = 10_000;

function load(profile: Profile, durationMs: number | null): LoadCourse {
  return { kind: "load", profile: profileSchema.parse(profile), text: profileText(profile), durationMs };
}

function lengthOf(text: string): number {
  const lengthMs = parseDurationMs(text);
  if (lengthMs > 0) return lengthMs;
  throw usage(`"${text}" is no length of time`, "write more than 0, such as 30s");
}

/** As a person writes it: "90s", "5m", "250ms". */
function written(lengthMs: number): string {
  const whole = Math.round(lengthMs);
  if (whole > 0 && whole % 60_000 === 0) return `${whole / 60_000}m`;
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
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
