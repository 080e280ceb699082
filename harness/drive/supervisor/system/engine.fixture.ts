/** A container engine's interface on a socket of its own, with containers that are no more than their states: what is asked of it is kept. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import type { Project } from "../protocol.ts";
import { reaperLabel, runLabel } from "./engine-containers.ts";

export interface FixtureContainer {
  label: string;
  running: boolean;
  startedAt: string;
  paused: boolean;
  networks: string[];
  publishes: boolean;
  memory: number;
  cpuPeriod: number;
  cpuQuota: number;
}

export interface FixtureEngine extends AsyncDisposable {
  readonly project: Project;
  readonly containers: Map<string, FixtureContainer>;
  readonly volumes: Set<string>;
  /** By name: whether nothing leads out of it. Only those that the run has made. */
  readonly networks: Map<string, boolean>;
  /** "POST /containers/a/start", without those that only look. */
  readonly acts: string[];
  /** So many of the next calls that do something do nothing and answer 500. */
  failures: number;
  /** Appears when everything was removed for the first time: a call of a client that is dead by then. */
  late: string | null;
  /** After so many looks that found nothing. */
  lateAfterLooks: number;
}

export const run = "run-1";
/** Label of a container that is the run's reaper. */
export const reaper = `reaper of ${run}`;

/** Of Docker, which refuses to take a limit away with -1. */
const leastMemory = 6 * 1024 * 1024;

export function container(change: Partial<FixtureContainer> = {}): FixtureContainer {
  return { label: run, running: true, startedAt: "at first", paused: false, networks: ["net"], publishes: false, memory: 0, cpuPeriod: 0, cpuQuota: 0, ...change };
}

export async function startFixtureEngine(): Promise<FixtureEngine> {
  const folder = temporaryFolder();
  const path = join(folder.path, "engine.sock");
  const server = createServer((request, response) => {
    void serve(engine, request, response);
  });
  const engine: FixtureEngine = {
    project: { endpoint: `unix://${path}`, run },
    containers: new Map(),
    volumes: new Set(),
    networks: new Map(),
    acts: [],
    failures: 0,
    late: null,
    lateAfterLooks: 0,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      folder[Symbol.dispose]();
    },
  };
  server.listen(path);
  await once(server, "listening");
  return engine;
}

async function serve(engine: FixtureEngine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await answer(engine, request);
  response.writeHead(status, { "content-type": "application/json" }).end(body === undefined ? undefined : JSON.stringify(body));
}

interface Answer {
  status: number;
  body?: unknown;
}

async function answer(engine: FixtureEngine, request: IncomingMessage): Promise<Answer> {
  const { method = "", url = "" } = request;
  const path = url.split("?")[0] ?? "";
  const [, kind = "", id = "", verb = ""] = path.split("/");
  if (method === "GET" && url.includes(reaperLabel)) return reapers(engine, kind);
  if (method === "GET") return look(engine, kind, { id, verb });
  engine.acts.push(`${method} ${path}`);
  let text = "";
  for await (const chunk of request) text += String(chunk);
  if (engine.failures > 0) {
    engine.failures -= 1;
    return { status: 500, body: { message: "not now" } };
  }
  if (method === "DELETE") {
    const there = (kind === "volumes" ? engine.volumes : kind === "networks" ? engine.networks : engine.containers).delete(id);
    return { status: there ? 204 : 404 };
  }
  return act(engine, { kind, id, verb, body: text === "" ? {} : JSON.parse(text) });
}

function act(engine: FixtureEngine, { kind, id, verb, body }: { kind: string; id: string; verb: string; body: { Container?: string; Memory?: number; CpuPeriod?: number; CpuQuota?: number } }): Answer {
  if (verb === "update" && (body.Memory ?? leastMemory) < leastMemory) return { status: 400, body: { message: "Minimum memory limit allowed is 6MB" } };
  const found = engine.containers.get(kind === "networks" ? (body.Container ?? "") : id);
  if (found === undefined) return { status: 404, body: { message: "no such container" } };
  if (verb === "start" || verb === "restart") {
    found.running = true;
    found.startedAt = "anew";
  }
  if (verb === "unpause") found.paused = false;
  else if (verb === "connect") found.networks.push(id);
  else if (verb === "disconnect") found.networks = found.networks.filter((name) => name !== id);
  else if (verb === "update") {
    // What is not named stays as it is.
    found.memory = body.Memory ?? found.memory;
    found.cpuPeriod = body.CpuPeriod ?? found.cpuPeriod;
    found.cpuQuota = body.CpuQuota ?? found.cpuQuota;
  }
  return { status: 204 };
}

function reapers(engine: FixtureEngine, kind: string): Answer {
  if (kind === "volumes") return { status: 200, body: { Volumes: null } };
  const found = kind === "containers" ? [...engine.containers].filter(([, { label }]) => label === reaper) : [];
  return { status: 200, body: found.map(([name]) => ({ Id: name })) };
}

function look(engine: FixtureEngine, kind: string, { id, verb }: { id: string; verb: string }): Answer {
  if (kind === "networks") return { status: 200, body: [...engine.networks].map(([name, isInternal]) => ({ Id: name, Name: name, Internal: isInternal })) };
  if (kind === "volumes") return { status: 200, body: { Volumes: [...engine.volumes].map((name) => ({ Name: name })) } };
  if (id !== "json" && verb === "json") {
    const found = engine.containers.get(id);
    return found === undefined ? { status: 404, body: { message: "no such container" } } : { status: 200, body: inspected(id, found) };
  }
  const own = [...engine.containers].filter(([, { label }]) => label === run);
  if (own.length === 0 && engine.late !== null && engine.lateAfterLooks > 0) engine.lateAfterLooks -= 1;
  else if (own.length === 0 && engine.late !== null) {
    engine.containers.set(engine.late, container());
    engine.late = null;
  }
  return { status: 200, body: own.map(([name, { publishes }]) => ({ Id: name, State: "running", Ports: publishes ? [{ PrivatePort: 80, PublicPort: 32768 }] : [], Labels: { [runLabel]: run } })) };
}

function inspected(id: string, { label, running, startedAt, paused, networks, memory, cpuPeriod, cpuQuota }: FixtureContainer): unknown {
  return {
    Id: id,
    Name: `/${id}`,
    State: { Running: running, Paused: paused, StartedAt: startedAt },
    Config: { Labels: { [runLabel]: label } },
    HostConfig: { Memory: memory, MemorySwap: 0, NanoCpus: 0, CpuPeriod: cpuPeriod, CpuQuota: cpuQuota },
    NetworkSettings: { Networks: Object.fromEntries(networks.map((name) => [name, { IPAddress: "" }])) },
  };
}
