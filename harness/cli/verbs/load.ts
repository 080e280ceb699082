/** `load`: sends one request again and again on a schedule, and says how it was answered. No stack, no scenario, no verdict. */

import { exitCodes, RoadworthyError } from "../../base/error.ts";
import { prepareJourneys } from "../../drive/load/alone/request.ts";
import { formatCount, formatDurationMs } from "../../judge/verdict/format.ts";
import { renderLoad } from "../../../reports/json.ts";
import type { SearchResult } from "../../../reports/load/result.ts";
import { renderLoadSummary, warningLines, type LoadSummary } from "../../../reports/load/summary.ts";
import { allowedTargets } from "../input/allowed-targets.ts";
import { listenForInterrupts } from "../interrupts.ts";
import { exitCodeOf } from "../load/exit-code.ts";
import { findOrigin } from "../load/find-origin.ts";
import { liveLine, type LiveLine } from "../load/live-line.ts";
import { histogramOf, measure, type Measured } from "../load/measured.ts";
import { readOptions, type LoadFlags, type LoadOptions } from "../load/options.ts";
import { LoadProcesses } from "../load/processes.ts";
import { runSearch } from "../load/run-search.ts";

export async function load(flags: LoadFlags): Promise<number> {
  const options = readOptions(flags);
  const { route, connections, timeoutMs, seed, redirects, limits, threads } = options;
  // Names what cannot be sent before anything is opened or started.
  prepareJourneys({ route, seed, redirects });
  const allowed = await allowedTargets(flags.allowTarget ?? [], process.cwd());
  const origin = await findOrigin(options, allowed);
  let started: LoadProcesses | null = null;
  using interrupts = listenForInterrupts((code) => {
    started?.kill();
    process.exit(code);
  });
  const config = { origin, allowed, route, redirects, connections, timeoutMs, seed, badFromUs: limits.map(({ badFromUs }) => Math.min(badFromUs, Number.MAX_SAFE_INTEGER)) };
  await using processes = await LoadProcesses.start(config, threads, (all) => {
    started = all;
    interrupts.signal.addEventListener("abort", () => all.stop(), { once: true });
  }).catch((error: unknown) => {
    throw interrupts.signal.aborted ? stoppedEarly() : error;
  });
  const measured = await carryOut(processes, options, interrupts.signal);
  const accident = interrupts.signal.aborted ? interruption(interrupts.signal.reason) : null;
  if (accident !== null && accident.code !== "interrupted") throw accident;
  if (measured === null) throw stoppedEarly();
  const summary = summaryOf(measured, options, accident !== null);
  if (flags.json === true) process.stderr.write([...(accident === null ? [] : ["interrupted"]), ...warningLines(summary)].map((line) => `${line}\n`).join(""));
  process.stdout.write(flags.json === true ? renderLoad(measured.result) : renderLoadSummary(summary));
  return accident === null ? exitCodeOf(measured.result, isOpenModel(options)) : exitCodes.interrupted;
}

async function carryOut(processes: LoadProcesses, options: LoadOptions, signal: AbortSignal): Promise<Measured | null> {
  using live = liveLine(process.stderr);
  if (signal.aborted) return null;
  return options.course.kind === "search" ? await searched(processes, options, { signal, live }) : await loaded(processes, options, live);
}

async function loaded(processes: LoadProcesses, options: LoadOptions, live: LiveLine): Promise<Measured | null> {
  if (options.course.kind === "search") return null;
  live.begin("", options.durationMs);
  const lines = await processes.run({ profile: options.course.profile, totalMs: options.durationMs, countFromMs: 0 }, (progress) => live.show(progress));
  return measure([lines], { isOpenModel: isOpenModel(options), limits: options.limits });
}

async function searched(processes: LoadProcesses, options: LoadOptions, { signal, live }: { signal: AbortSignal; live: LiveLine }): Promise<Measured | null> {
  const { search, measured } = await runSearch({ processes, options, signal, live });
  return measured === null ? null : { ...measured, result: { ...measured.result, search } };
}

function isOpenModel({ course }: LoadOptions): boolean {
  return course.kind === "search" || course.profile.shape !== "closed";
}

function interruption(reason: unknown): RoadworthyError {
  return reason instanceof RoadworthyError ? reason : new RoadworthyError("internal", String(reason), { cause: reason });
}

function stoppedEarly(): RoadworthyError {
  return new RoadworthyError("interrupted", "stopped before anything was measured", { hint: "give it more time" });
}

/** The rate whose figures stand beside the search. */
function rateShown({ ratePerSecond, steps }: SearchResult): number {
  return ratePerSecond ?? steps.at(-1)?.ratePerSecond ?? 0;
}

function summaryOf(measured: Measured, options: LoadOptions, isInterrupted: boolean): LoadSummary {
  const { result, failures, opened } = measured;
  const { course, route, url, connections, timeoutMs, threads, durationMs } = options;
  const what = course.kind === "search" ? `search for the highest rate, ${formatDurationMs(durationMs)} a step` : `${course.text} · for ${formatDurationMs(durationMs)}`;
  const isOpen = isOpenModel(options);
  return {
    result,
    // Values of a query may be secrets.
    title: `${route.method} ${url.origin}${route.path.replaceAll(/=[^&]*/g, "=…")}`,
    how: `${what} · ${isOpen ? "at most " : ""}${formatCount(connections, "connection")}${threads === 1 ? "" : ` · ${threads} processes`}`,
    model: isOpen ? "open" : "closed",
    offeredPerSecond: isOpen ? (result.search === undefined ? (result.offered * 1000) / (isInterrupted ? result.durationMs : durationMs) : rateShown(result.search)) : null,
    connectionsLimit: connections,
    opened,
    timeoutMs,
    threads,
    failures,
    histogram: histogramOf(measured.response),
    isInterrupted,
  };
}
