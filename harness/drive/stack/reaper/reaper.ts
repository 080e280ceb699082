/**
 * Ryuk, the reaper of Testcontainers, as one more safeguard where its image is on the engine:
 *
 *     harness ──holds a connection──▶ Ryuk, in a container ──the engine's socket──▶ removes what bears the run's label, and nothing else
 *
 *     the harness dies ──▶ the supervisor removes all at once, or the warden; Ryuk with it
 *                      └─▶ supervisor and warden are dead as well: Ryuk does, once nobody has come back for RYUK_RECONNECTION_TIMEOUT (10 s)
 *
 * The harness itself holds the connection, because it ends with the harness whatever kills that. Nothing depends on Ryuk: where it cannot be had,
 * the run goes on without it and says so.
 */

import type { Socket } from "node:net";
import { z } from "zod";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { after, nowUs, poll } from "../../../base/time.ts";
import { connectGuarded } from "../../guard/connect.ts";
import { loopbackOnly } from "../../guard/guard.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import type { Project } from "../../supervisor/protocol.ts";
import { reaperLabel, runLabel } from "../../supervisor/system/engine-containers.ts";
import { askEngine, engineJson, refusedBy, type EngineCall } from "../../supervisor/system/engine.ts";
import { reaperImage } from "./reaper-image.ts";

export interface ReaperOptions {
  readonly supervisor: Pick<Supervisor, "project">;
  /** Of the user: RYUK_CONTAINER_IMAGE, TESTCONTAINERS_RYUK_DISABLED, and settings of Ryuk itself. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (note: string) => void;
  readonly signal: AbortSignal;
}

const host = "127.0.0.1";
const port = 8_080;
const callWithinMs = 10_000;
const answersWithinMs = 5_000;
const greetWithinMs = 1_000;
const unixScheme = "unix://";
const createdSchema = z.object({ Id: z.string() });
const publishedSchema = z.object({ NetworkSettings: z.object({ Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()).nullish() }) });

/**
 * Disposing it lets go of Ryuk; its container is removed with the project. null where there is none: without its image, where it is switched off,
 * where the engine is not a socket of this machine, and where it does not answer, which is told. Rejects with the signal's reason only.
 */
export async function startReaper(project: Project, options: ReaperOptions): Promise<Disposable | null> {
  const { supervisor, environment, onProgress, signal } = options;
  if (/^(true|1)$/i.test(environment["TESTCONTAINERS_RYUK_DISABLED"] ?? "") || !project.endpoint.startsWith(unixScheme)) return null;
  const made: string[] = [];
  try {
    const image = await reaperImage(project.endpoint, environment);
    if (image === null) return null;
    // What the engine is asked for by one that is killed over it appears later.
    await supervisor.project({ ...project, inMaking: true });
    made.push(`/networks/${await createNetwork(project)}`);
    const container = `/containers/${await createContainer(project, image, environment)}`;
    made.unshift(`${container}?force=1&v=1`);
    const socket = await firstGreeting(project, container, signal);
    await supervisor.project({ ...project, inMaking: false });
    onProgress(`Ryuk stands by (${image})`);
    return holding(project, { made, socket }, onProgress);
  } catch (error) {
    await remove(project, made);
    signal.throwIfAborted();
    onProgress(`going on without Ryuk: ${messageOf(error)}`);
    return null;
  }
}

/** Of its own: whoever reaches Ryuk may name it other labels, and on the engine's usual network are containers of strangers. */
async function createNetwork({ endpoint, run }: Project): Promise<string> {
  const body = { Name: networkOf(run), CheckDuplicate: true, Labels: { [reaperLabel]: run } };
  const { Id: id } = await engineJson(endpoint, { method: "POST", path: "/networks/create", body, withinMs: callWithinMs }, { of: createdSchema, status: [201] });
  return id;
}

function networkOf(run: string): string {
  return `roadworthy-reaper-${run.replaceAll(/[^a-zA-Z0-9_.-]/g, "-")}`;
}

/** Without the run's label: it would remove itself before the rest. */
async function createContainer({ endpoint, run }: Project, image: string, environment: ReaperOptions["environment"]): Promise<string> {
  const settings = Object.entries(environment).filter(([name]) => /^RYUK_[A-Z_]+$/.test(name) && name !== "RYUK_PORT" && name !== "RYUK_CONTAINER_IMAGE");
  const body = {
    Image: image,
    Labels: { [reaperLabel]: run },
    Env: [...settings.map(([name, value]) => `${name}=${value ?? ""}`), `RYUK_PORT=${port}`],
    ExposedPorts: { [`${port}/tcp`]: {} },
    HostConfig: {
      AutoRemove: true,
      NetworkMode: networkOf(run),
      // As a mount, because a bind would make a folder where there is no socket.
      Mounts: [{ Type: "bind", Source: endpoint.slice(unixScheme.length), Target: "/var/run/docker.sock" }],
      PortBindings: { [`${port}/tcp`]: [{ HostIp: host, HostPort: "" }] },
      // SELinux keeps containers from the engine's socket otherwise.
      SecurityOpt: ["label=disable"],
    },
  };
  const { Id: id } = await engineJson(endpoint, { method: "POST", path: "/containers/create", body, withinMs: callWithinMs }, { of: createdSchema, status: [201] });
  return id;
}

/** Starts it, and resolves with the connection once it knows what it is for. */
async function firstGreeting({ endpoint, run }: Project, container: string, signal: AbortSignal): Promise<Socket> {
  const start: EngineCall = { method: "POST", path: `${container}/start`, withinMs: callWithinMs };
  const started = await askEngine(endpoint, start);
  if (started.status !== 204) throw refusedBy(start, started);
  const { NetworkSettings: { Ports: ports } } = await engineJson(endpoint, { method: "GET", path: `${container}/json`, withinMs: callWithinMs }, { of: publishedSchema });
  const published = Number(ports?.[`${port}/tcp`]?.[0]?.HostPort ?? 0);
  // The engine takes connections for it before it listens, and closes them again.
  const socket = published === 0 ? undefined : await poll(() => greet(published, run), { intervalMs: 50, deadlineUs: nowUs() + answersWithinMs * 1000, signal });
  if (socket === undefined) throw new RoadworthyError("tool-missing", `it did not answer within ${answersWithinMs / 1000} s`, { hint: "see what it prints: RYUK_VERBOSE=true" });
  return socket;
}

/** A connection on which it has confirmed the label; undefined when it did not. */
async function greet(published: number, run: string): Promise<Socket | undefined> {
  const socket = connectGuarded({ host, port: published }, loopbackOnly);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once("close", () => resolve(false)).on("error", () => resolve(false));
  socket.once("data", (said) => resolve(String(said) === "ACK\n"));
  socket.write(`label=${encodeURIComponent(`${runLabel}=${run}`)}\n`);
  using _limit = after(greetWithinMs, () => resolve(false));
  if (await promise) return socket.unref();
  socket.destroy();
  return undefined;
}

function holding(project: Project, { made, socket }: { made: readonly string[]; socket: Socket }, onProgress: (note: string) => void): Disposable {
  let isOver = false;
  socket.once("close", () => {
    if (isOver) return;
    onProgress("going on without Ryuk: the connection to it has ended");
    // It takes us for dead, and would end a run that lives.
    void remove(project, made);
  });
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      socket.destroy();
    },
  };
}

/** One after the other. What cannot be removed now is removed with the project. */
async function remove({ endpoint }: Project, made: readonly string[]): Promise<void> {
  try {
    for (const path of made) await askEngine(endpoint, { method: "DELETE", path, withinMs: callWithinMs });
  } catch {
    // The run learns of an engine that does not answer from whoever watches it.
  }
}
