/**
 * When each gate was last seen red, kept in the store of runs: written by `selftest`, read when a run starts. A gate is an objective of a target as
 * a scenario rules on it; suites share what their scenarios have shown.
 */

import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RoadworthyError, systemErrorCode } from "../../base/error.ts";
import { freshToken } from "../../base/random.ts";
import type { SeenRed } from "../../log/event.ts";

const fileName = "gates-seen-red.json";

const sightingSchema = z.strictObject({
  target: z.string(),
  scenario: z.string(),
  objective: z.string(),
  atUnixMs: z.int(),
  by: z.string().describe("The known-bad variant or the control that turned it red"),
  run: z.string(),
});

export type Sighting = z.infer<typeof sightingSchema>;

const fileSchema = z.strictObject({ schema: z.literal(1), seen: z.array(sightingSchema) });

/** The newest sighting of each objective of the target in one of these scenarios. */
export function gatesSeenRed(store: string, target: string, scenarios: readonly string[]): SeenRed[] {
  const fitting = readSightings(store).filter((entry) => entry.target === target && scenarios.includes(entry.scenario));
  return [...Map.groupBy(fitting, ({ objective }) => objective).values()].flatMap((entries) => {
    const newest = entries.reduce((a, b) => (b.atUnixMs > a.atUnixMs ? b : a));
    return [{ objective: newest.objective, atUnixMs: newest.atUnixMs, by: newest.by }];
  });
}

/** Adds what was seen; an older sighting of the same gate gives way. Throws `cannot-write`. */
export function recordSeenRed(store: string, seen: readonly Sighting[]): void {
  const known = new Map([...readSightings(store), ...seen].map((entry) => [keyOf(entry), entry]));
  const path = join(store, fileName);
  const fresh = `${path}.${freshToken(6)}`;
  try {
    mkdirSync(store, { recursive: true });
    writeFileSync(fresh, `${JSON.stringify({ schema: 1, seen: [...known.values()] }, null, 2)}\n`, { flag: "wx" });
    // Whole or not at all, and never through a link that stands in its place.
    renameSync(fresh, path);
  } catch (error) {
    if (existsSync(fresh)) rmSync(fresh);
    throw new RoadworthyError("cannot-write", `cannot write ${path}: ${systemErrorCode(error) ?? String(error)}`, { hint: "free some space, or choose another folder with --out", where: path, cause: error });
  }
}

function keyOf({ target, scenario, objective }: Sighting): string {
  return JSON.stringify([target, scenario, objective]);
}

/** What cannot be read was never seen. */
function readSightings(store: string): Sighting[] {
  const path = join(store, fileName);
  if (!existsSync(path) || lstatSync(path).isSymbolicLink()) return [];
  try {
    return fileSchema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data?.seen ?? [];
  } catch {
    return [];
  }
}
