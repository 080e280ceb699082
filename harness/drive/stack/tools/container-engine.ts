/** Which container engine is used, whether it is one that Roadworthy knows how to use, and whether it is there all the time. */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { every } from "../../../base/time.ts";
import { askEngine, engineJson } from "../../supervisor/system/engine.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Docker 20.10. */
const oldestInterface = 1.41;
const askWithinMs = 5_000;
/** While nothing is made. */
export const usualWatch = { everyMs: 500, silentMs: 5_000 };
/** An engine that makes many containers at once may take its time. */
export const bootWatch = { everyMs: 500, silentMs: 15_000 };

const versionSchema = z.object({ Version: z.string(), ApiVersion: z.string(), Components: z.array(z.object({ Name: z.string() })).nullish() });

/** Podman's own word; Docker says it otherwise. */
const infoSchema = z.object({ Rootless: z.boolean().nullish() });

/** The one that DOCKER_HOST names, as for Docker's own client; else the machine's, or the user's own without root. */
export function engineEndpoint(environment: Environment = process.env): string {
  const named = environment["DOCKER_HOST"];
  if (named !== undefined && named !== "") return named;
  const own = environment["XDG_RUNTIME_DIR"] ?? "/run/user/0";
  const places = ["/var/run/docker.sock", join(own, "docker.sock"), join(homedir(), ".docker/run/docker.sock"), join(own, "podman/podman.sock")];
  return `unix://${places.find((path) => existsSync(path)) ?? "/var/run/docker.sock"}`;
}

/** "Docker Engine 20.10.24". Errors: `stack-unavailable` when it does not answer, or is too old. */
export async function engineVersion(endpoint: string): Promise<string> {
  const { Version: version, ApiVersion: api, Components: parts } = await engineJson(endpoint, { method: "GET", path: "/version", withinMs: askWithinMs }, { of: versionSchema });
  const isPodman = (parts ?? []).some(({ Name: name }) => name.startsWith("Podman"));
  if (Number(api) >= oldestInterface) return `${isPodman ? "Podman" : "Docker Engine"} ${version}`;
  throw new RoadworthyError("stack-unavailable", `the container engine at ${endpoint} is version ${version}, which is too old`, { where: endpoint, hint: "use Docker Engine 20.10 or newer" });
}

/** Podman without root leads a published port to any address of the container, not to that of the network with a way out, as all others do. */
export async function publishesToAnyAddress(endpoint: string, engine: string): Promise<boolean> {
  if (!engine.startsWith("Podman")) return false;
  return (await engineJson(endpoint, { method: "GET", path: "/info", withinMs: askWithinMs }, { of: infoSchema })).Rootless === true;
}

/** Null when the engine answers; else that it is lost, and why. */
export async function whyLost(endpoint: string, silentMs = usualWatch.silentMs): Promise<RoadworthyError | null> {
  try {
    await askEngine(endpoint, { method: "GET", path: "/_ping", withinMs: silentMs });
    return null;
  } catch (error) {
    const hint = "start the engine again, if it does not come back by itself; then `roadworthy heal` removes what is left";
    return new RoadworthyError("engine-lost", `the container engine was lost in the middle of the run: ${messageOf(error)}`, { where: endpoint, hint, cause: error });
  }
}

/**
 * Tells once, by `engine-lost`, that the engine has not answered for `silentMs`, or not at all: what is measured from there on is no longer the target's own doing.
 * One call at a time, each `everyMs` after the start of the one before at the earliest.
 */
export function watchEngine(endpoint: string, onLost: (error: RoadworthyError) => void, { everyMs, silentMs } = usualWatch): Disposable {
  let isAsking = false;
  let isOver = false;
  const ask = async (): Promise<void> => {
    isAsking = true;
    const lost = await whyLost(endpoint, silentMs);
    isAsking = false;
    if (lost === null || isOver) return;
    isOver = true;
    onLost(lost);
  };
  const ticker = every(everyMs, () => {
    if (!isAsking && !isOver) void ask();
  });
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      ticker[Symbol.dispose]();
    },
  };
}
