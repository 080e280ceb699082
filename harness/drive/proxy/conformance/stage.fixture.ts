/** What a case acts with: the unchanged node client, raw requests where that client hides the answer, links, and sockets over them. */

import { request } from "node:http";
import type { Socket } from "node:net";
import { Toxiproxy, type Proxy } from "toxiproxy-node-client";
import { usToMs } from "../../../base/duration.ts";
import { nowUs } from "../../../base/time.ts";
import { dial, startUpstream, type Upstream } from "../proxy-under-test.ts";

export interface Answer {
  status: number;
  /** Parsed where it is JSON, else the text. Free ports are written as `*`. */
  body: unknown;
}

export interface RawRequest {
  method: string;
  path: string;
  /** A text is sent as it is, anything else as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

export interface Toxic {
  type: string;
  attributes: Readonly<Record<string, number>>;
  stream?: "upstream" | "downstream";
  toxicity?: number;
}

/** A link of the stage: the client's proxy, and where to connect. */
export interface StageLink {
  proxy: Proxy;
  host: string;
  port: number;
}

export interface Stage extends AsyncDisposable {
  readonly client: Toxiproxy;
  readonly call: (asked: RawRequest) => Promise<Answer>;
  readonly upstream: (serve: (socket: Socket) => void) => Promise<Upstream>;
  /** With these toxics, named by their place: "toxic-1". */
  readonly link: (serve: (socket: Socket) => void, ...toxics: Toxic[]) => Promise<StageLink>;
  readonly addToxic: (link: StageLink, toxic: Toxic, name?: string) => Promise<void>;
  readonly dial: (link: { host: string; port: number }) => Promise<Socket>;
  /** How the client takes it: "done", or the status that it reports. */
  readonly outcome: (call: Promise<unknown>) => Promise<string>;
}

/** Everything that a case made is gone with it. `base` is the server's: "http://127.0.0.1:8474". */
export function newStage(base: string): Stage {
  const client = new Toxiproxy(base);
  const mine = new AsyncDisposableStack();
  let links = 0;
  const stage: Stage = {
    client,
    call: (asked) => call(base, asked),
    upstream: async (serve) => mine.use(await startUpstream(serve)),
    link: async (serve, ...toxics) => {
      const upstream = await stage.upstream(serve);
      links += 1;
      const proxy = await client.createProxy({ name: `link-${links}`, listen: "127.0.0.1:0", upstream: `127.0.0.1:${upstream.port}`, enabled: true });
      const link = { proxy, host: "127.0.0.1", port: Number(proxy.listen.split(":").at(-1)) };
      for (const [index, toxic] of toxics.entries()) await stage.addToxic(link, toxic, `toxic-${index + 1}`);
      return link;
    },
    addToxic: async ({ proxy }, { type, attributes, stream = "downstream", toxicity = 1 }, name = "toxic-1") => {
      // The client's type knows neither all kinds of toxics as text nor their attributes together.
      await client.getApi().post(`${proxy.getPath()}/toxics`, { name, type, stream, toxicity, attributes });
    },
    dial: async (link) => {
      const socket = await dial(link);
      socket.on("error", () => undefined);
      mine.defer(() => void socket.destroy());
      return socket;
    },
    outcome: (made) => made.then(() => "done", (error: Error) => error.message),
    [Symbol.asyncDispose]: async () => {
      for (const proxy of Object.values(await client.getAll())) await client.getApi().delete(`${base}/proxies/${encodeURIComponent(proxy.name)}`);
      await mine.disposeAsync();
    },
  };
  return stage;
}

/** Whether `act` took at least so long, with what it gave. A timer may be early by the millisecond that it is counted in. */
export async function tookAtLeast<T>(leastMs: number, act: () => Promise<T>): Promise<{ slow: boolean; result: T }> {
  const beganUs = nowUs();
  const result = await act();
  return { slow: usToMs(nowUs() - beganUs) >= leastMs - 1, result };
}

async function call(base: string, { method, path, body, headers = {} }: RawRequest): Promise<Answer> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const shared = { "user-agent": "conformance", ...(text === undefined ? {} : { "content-type": "application/json" }) };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(`${base}${path}`, { method, agent: false, headers: { ...shared, ...headers } }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.once("end", () => resolve({ status: response.statusCode ?? 0, body: readBody(Buffer.concat(chunks).toString("utf8")) }));
  });
  asked.once("error", reject);
  asked.end(text);
  return await promise;
}

/** Without what Toxiproxy 2.5 shows of its inside: a case of its own says so. */
function readBody(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(/127\.0\.0\.1:[1-9]\d{3,}/g, "127.0.0.1:*"), (key, value: unknown) => (key === "Logger" ? undefined : value));
  } catch {
    return text.trim();
  }
}
