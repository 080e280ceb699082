/** An engine that has a few images and makes one container, whose port leads to a server here that answers as Ryuk does. */

import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import type { Project } from "../../supervisor/protocol.ts";

export interface ReaperEngine extends AsyncDisposable {
  readonly project: Project;
  /** "GET /images/json", in their order. */
  readonly calls: string[];
  /** What it was asked to make, by path. */
  readonly made: Map<string, Record<string, unknown>>;
  /** Lines that Ryuk was told, and the connections that it has. */
  readonly told: string[];
  readonly connections: Set<Socket>;
}

export interface ReaperEngineOptions {
  tags?: string[];
  /** Connections that are reset without a word before one is answered. */
  deafTo?: number;
  startStatus?: number;
}

export async function startReaperEngine({ tags = ["testcontainers/ryuk:0.14.0"], deafTo = 0, startStatus = 204 }: ReaperEngineOptions = {}): Promise<ReaperEngine> {
  const folder = temporaryFolder();
  const path = join(folder.path, "engine.sock");
  const connections = new Set<Socket>();
  const told: string[] = [];
  let seen = 0;
  const ryuk = createServer((socket) => {
    if ((seen += 1) <= deafTo) return void socket.resetAndDestroy();
    connections.add(socket);
    socket.on("error", () => {}).once("close", () => connections.delete(socket));
    socket.on("data", (data) => {
      told.push(String(data));
      socket.write("ACK\n");
    });
  });
  ryuk.listen(0, "127.0.0.1");
  await once(ryuk, "listening");
  const address = ryuk.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const calls: string[] = [];
  const made = new Map<string, Record<string, unknown>>();
  const answers: Record<string, [number, unknown?]> = {
    "GET /images/json": [200, tags.map((tag) => ({ RepoTags: [tag] }))],
    "POST /networks/create": [201, { Id: "net" }],
    "POST /containers/create": [201, { Id: "ryuk" }],
    "POST /containers/ryuk/start": [startStatus, startStatus === 204 ? undefined : { message: "not today" }],
    "GET /containers/ryuk/json": [200, { NetworkSettings: { Ports: { "8080/tcp": [{ HostPort: String(port) }] } } }],
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [place = ""] = (request.url ?? "").split("?");
    const call = `${request.method} ${place}`;
    calls.push(call);
    const body = await textOf(request);
    if (body !== "") made.set(place, JSON.parse(body));
    const [status, answer] = answers[call] ?? [request.method === "DELETE" ? 204 : 404, undefined];
    response.writeHead(status).end(answer === undefined ? undefined : JSON.stringify(answer));
  };
  const engine = createHttpServer((request, response) => void serve(request, response));
  engine.listen(path);
  await once(engine, "listening");
  return {
    project: { endpoint: `unix://${path}`, run: "run-1" },
    calls,
    made,
    told,
    connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of connections) socket.destroy();
      ryuk.close();
      engine.close();
      engine.closeAllConnections();
      await once(engine, "close");
      folder[Symbol.dispose]();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
