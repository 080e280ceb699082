/** Everything that an engine has, by its own word: what of it is a run's, and what was not there before. */

import { z } from "zod";
import { engineJson } from "../../drive/supervisor/system/engine.ts";
import { runLabel } from "../../drive/supervisor/system/engine-containers.ts";

export interface Thing {
  readonly kind: "container" | "network" | "volume";
  readonly id: string;
  readonly name: string;
  /** Id of the run, or name of the compose project, that it says it belongs to; null when it says nothing. */
  readonly of: string | null;
}

const askWithinMs = 10_000;
const projectLabel = "com.docker.compose.project";
const labels = z.record(z.string(), z.string()).nullish();
const containersSchema = z.array(z.object({ Id: z.string(), Names: z.array(z.string()), Labels: labels }));
const networksSchema = z.array(z.object({ Id: z.string(), Name: z.string(), Labels: labels }));
const volumesSchema = z.object({ Volumes: z.array(z.object({ Name: z.string(), Labels: labels })).nullish() });

export async function everythingOf(endpoint: string): Promise<Thing[]> {
  const ask = <T>(path: string, of: z.ZodType<T>): Promise<T> => engineJson(endpoint, { method: "GET", path, withinMs: askWithinMs }, { of });
  const [containers, networks, volumes] = await Promise.all([ask("/containers/json?all=1", containersSchema), ask("/networks", networksSchema), ask("/volumes", volumesSchema)]);
  return [
    ...containers.map(({ Id: id, Names: names, Labels: marks }): Thing => ({ kind: "container", id, name: names.join(" "), of: ownerIn(marks) })),
    ...networks.map(({ Id: id, Name: name, Labels: marks }): Thing => ({ kind: "network", id, name, of: ownerIn(marks) })),
    ...(volumes.Volumes ?? []).map(({ Name: name, Labels: marks }): Thing => ({ kind: "volume", id: name, name, of: ownerIn(marks) })),
  ];
}

function ownerIn(marks: z.infer<typeof labels>): string | null {
  return marks?.[runLabel] ?? marks?.[projectLabel] ?? null;
}

/** What the run says is its own, under its id or as a project of its name; before it has an id there is nothing. */
export function thingsOf(run: string | null, things: readonly Thing[]): Thing[] {
  const project = `roadworthy-${run?.toLowerCase()}`;
  return things.filter(({ of, name }) => run !== null && (of === run || of === project || name.includes(project)));
}

/** What nobody owns and was not there before: a volume without a name, say. */
export function strays(before: readonly Thing[], now: readonly Thing[]): Thing[] {
  const known = new Set(before.map(({ kind, id }) => `${kind} ${id}`));
  return now.filter(({ kind, id, of }) => of === null && !known.has(`${kind} ${id}`));
}

export function describeThings(things: readonly Thing[]): string {
  return things.map(({ kind, name }) => `${kind} ${name}`).join(", ");
}
