/** Containers as an engine tells of them. Only those with the label of the run are looked at (R37). */

import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import type { Project } from "../protocol.ts";
import { askEngine, engineJson, refusedBy, type EngineCall } from "./engine.ts";

/** On every container, network and volume of a run. */
export const runLabel = "org.roadworthy.run";
/** On Ryuk's container and its network, which do not bear the run's label: what it removes must not be itself. */
export const reaperLabel = "org.roadworthy.reaper";

const publishedSchema = z.array(z.object({ PublicPort: z.number().nullish() })).nullish();
const listedSchema = z.object({ Id: z.string(), Ports: publishedSchema, Names: z.array(z.string()).nullish(), State: z.string().nullish(), Labels: z.record(z.string(), z.string()).nullish() });

const networkSchema = z.object({ NetworkID: z.string().default(""), IPAddress: z.string().default(""), Gateway: z.string().default(""), Aliases: z.array(z.string()).nullish() });

/** Of a container without a health check Docker tells none at all, and Podman one with nothing in it. */
const healthSchema = z
  .object({ Status: z.string(), Log: z.array(z.object({ Output: z.string().nullish() })).nullish() })
  .nullish()
  .transform((health) => (health === undefined || health === null || health.Status === "" || health.Status === "none" ? null : health));

export const inspectedSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string().default(""),
  RestartCount: z.number().default(0),
  State: z.object({
    Running: z.boolean(),
    Paused: z.boolean().default(false),
    Restarting: z.boolean().default(false),
    ExitCode: z.number().default(0),
    OOMKilled: z.boolean().nullish(),
    Pid: z.number().default(0),
    StartedAt: z.string().default(""),
    Error: z.string().nullish(),
    Health: healthSchema,
  }),
  Config: z.object({ Image: z.string().nullish(), Env: z.array(z.string()).nullish(), Labels: z.record(z.string(), z.string()).nullish() }),
  /** Volumes have a name; binds have none. */
  Mounts: z.array(z.object({ Type: z.string().default(""), Name: z.string().nullish(), Destination: z.string() })).nullish(),
  HostConfig: z.object({ RestartPolicy: z.object({ Name: z.string().nullish() }).nullish(), Memory: z.number().default(0), MemorySwap: z.number().default(0), NanoCpus: z.number().default(0), CpuPeriod: z.number().default(0), CpuQuota: z.number().default(0) }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), networkSchema).nullish(),
    Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()).nullish(),
  }),
});

export type Listed = z.infer<typeof listedSchema>;
export type Inspected = z.infer<typeof inspectedSchema>;

const listWithinMs = 5_000;

/** All of a run, also those that have ended; with `reaperLabel` the run's reapers, which do not bear its own. */
export async function listContainers({ endpoint, run }: Project, withinMs = listWithinMs, label = runLabel): Promise<Listed[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${label}=${run}`] }));
  return await engineJson(endpoint, { method: "GET", path: `/containers/json?all=1&filters=${filters}`, withinMs }, { of: z.array(listedSchema) });
}

/** null when there is no such container. Throws `not-allowed` for one without the run's label. */
export async function inspectContainer({ endpoint, run }: Project, container: string, withinMs = listWithinMs): Promise<Inspected | null> {
  const call: EngineCall = { method: "GET", path: `/containers/${encodeURIComponent(container)}/json`, withinMs };
  const answer = await askEngine(endpoint, call);
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw refusedBy(call, answer);
  const found = inspectedSchema.parse(JSON.parse(answer.text));
  if (found.Config.Labels?.[runLabel] === run) return found;
  throw new RoadworthyError("not-allowed", `container ${container} does not belong to run ${run}`, { hint: "only containers with the run's label are touched" });
}
