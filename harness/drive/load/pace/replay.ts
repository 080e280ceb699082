/** The arrivals of a file, as a schedule: once or again and again, as they came or faster or slower. */

import { isAbsolute } from "node:path";
import { RoadworthyError } from "../../../base/error.ts";
import { captureUses, type Route } from "../../../scenario/route.ts";
import type { ReplayProfile } from "../../../scenario/workload/profile.ts";
import { byEngine, type Workload } from "../../../scenario/workload/workload.ts";
import { readArrivalFile, type ArrivalTable } from "./arrival-file.ts";
import { matchRoutes } from "./route-match.ts";

/** What the files of the workloads hold, by the workload's name. Throws `scenario-invalid` with file and line, `usage` for a file that cannot be read. */
export function replayTables(workloads: readonly Workload[], routes: Readonly<Record<string, Route>>): Map<string, ArrivalTable> {
  const match = matchRoutes(routes);
  return new Map(
    byEngine(workloads).own.flatMap(({ name, profile }): [string, ArrivalTable][] => {
      if (profile.shape !== "replay") return [];
      // Whoever found the definition has made the path whole: only he knows which folder it counts from.
      if (!isAbsolute(profile.file)) throw new RoadworthyError("usage", `the file of replay "${name}" has no whole path: ${profile.file}`, { hint: "give the whole path of the file", where: name });
      const table = readArrivalFile(profile.file, { match, unknown: profile.unknown });
      refuseCaptured(table.routes, { routes, file: profile.file });
      return [[name, table]];
    }),
  );
}

/** Each arrival of a replay is a journey of one step: nothing is captured before it. */
function refuseCaptured(names: readonly string[], { routes, file }: { routes: Readonly<Record<string, Route>>; file: string }): void {
  const route = names.find((name) => captureUses([name], routes).length > 0);
  if (route === undefined) return;
  throw new RoadworthyError("scenario-invalid", `${file}: route "${route}" uses a value captured by an earlier step, and the arrivals of a replay have none`, {
    hint: "take its lines out of the file, and send such requests by a journey",
    where: file,
  });
}

/** Due times in ms; infinite after the last one, unless it loops. */
export function replayPace(table: ArrivalTable, { speed, loop }: Pick<ReplayProfile, "speed" | "loop">): (n: number) => number {
  const count = table.atMs.length;
  const roundMs = loop ? roundLengthMs(table) : Number.POSITIVE_INFINITY;
  return (n) => {
    const round = Math.floor(n / count);
    if (round > 0 && !loop) return Number.POSITIVE_INFINITY;
    return ((table.atMs[n - round * count] ?? 0) + (round === 0 ? 0 : round * roundMs)) / speed;
  };
}

/** When the last arrival is due, in ms; infinite when it loops. */
export function replayEndMs({ atMs }: ArrivalTable, { speed, loop }: Pick<ReplayProfile, "speed" | "loop">): number {
  return loop ? Number.POSITIVE_INFINITY : (atMs.at(-1) ?? 0) / speed;
}

/** From the first arrival of a round to that of the next: its span, and one gap of mean length. */
function roundLengthMs({ atMs }: ArrivalTable): number {
  const spanMs = spanOf(atMs);
  // One arrival, or many at one instant, have no rate to go on with; a second apart is at least a bounded one.
  return spanMs === 0 ? 1000 : (spanMs * atMs.length) / (atMs.length - 1);
}

/** From the first arrival to the last, in ms. */
export function spanOf(atMs: Float64Array): number {
  return (atMs.at(-1) ?? 0) - (atMs[0] ?? 0);
}
