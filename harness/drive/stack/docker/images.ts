/** What is known of the images of a stack: which they are exactly, and on which ports their programs listen. */

import { z } from "zod";
import { askEngine, refusedBy, type EngineCall } from "../../supervisor/system/engine.ts";
import type { ComposeModel } from "./model.ts";
import { portsOfText } from "./servers.ts";

export interface ImageFacts {
  readonly name: string;
  /** Of its content: "sha256:0123456789ab…". */
  readonly id: string;
  /** Of the manifest that a registry has it under: "sha256:…"; null when it came from none, but where the engine keeps images as containerd does: there it has one from its making. */
  readonly digest: string | null;
  readonly ports: readonly number[];
}

const askWithinMs = 10_000;
const imageSchema = z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish(), Config: z.object({ ExposedPorts: z.record(z.string(), z.unknown()).nullish() }).nullish() });

/** null when the engine does not have it. */
export async function inspectImage(endpoint: string, name: string): Promise<ImageFacts | null> {
  const call: EngineCall = { method: "GET", path: `/images/${encodeURIComponent(name)}/json`, withinMs: askWithinMs };
  const answer = await askEngine(endpoint, call);
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw refusedBy(call, answer);
  const { Id: id, RepoDigests: digests, Config: config } = imageSchema.parse(JSON.parse(answer.text));
  return { name, id, digest: digestOf(name, digests ?? []), ports: Object.keys(config?.ExposedPorts ?? {}).flatMap(portsOfText) };
}

/** Policies by which Compose looks for a newer image itself, for which it needs the name. */
const named = /^(always|daily|weekly|every_.*|refresh)$/;

/** The same services, each from the very image that was looked at: somebody else may give its name to another one while the run goes on. */
export function pinned(model: ComposeModel, images: ReadonlyMap<string, Pick<ImageFacts, "id">>): ComposeModel {
  const services = Object.entries(model.services).map(([name, service]) => {
    const id = named.test(service.pull_policy ?? "") ? undefined : images.get(name)?.id;
    return [name, id === undefined ? service : { ...service, image: id }] as const;
  });
  return { ...model, services: Object.fromEntries(services) };
}

/** An image may be known under several names: the digest of this one is the one that is told, else any. */
export function digestOf(name: string, digests: readonly string[]): string | null {
  const repository = name.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  const [own = digests[0]] = digests.filter((digest) => digest.startsWith(`${repository}@`) || digest.includes(`/${repository}@`));
  return own?.split("@")[1] ?? null;
}
