/** Starts the proxy and makes one link per client → server pair of the target. */

import { z } from "zod";
import { entryPath } from "../../../base/entry.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { formatAddress } from "../../../base/loopback-address.ts";
import { connectProxy, type ProxyClient } from "../../proxy/client.ts";
import { prepareToxiproxy } from "../tools/toxiproxy-binary.ts";
import type { ChildWatch } from "./child-watch.ts";
import { untilReady } from "../ready.ts";
import { minimalEnvironment, type BootContext } from "./context.ts";
import type { Door, LinkLayout } from "./layout.ts";

export type ProxyKind = "embedded" | "toxiproxy";

/** Its id at the supervisor. */
export const proxyChild = "proxy";
const readyWithinMs = 10_000;
const stopWithinMs = 2_000;
const host = "127.0.0.1";

export interface RunningProxy {
  readonly client: ProxyClient;
  /** Of its control interface: "http://127.0.0.1:8474". */
  readonly url: string;
  readonly version: string;
}

/** Errors: `proxy-unavailable` when it does not start, or there is no such program and none can be built. */
export async function startProxy(kind: ProxyKind, context: BootContext): Promise<RunningProxy> {
  const { supervisor, watch, signal, layout } = context;
  const { port } = layout.proxyControl;
  const command = await commandOf(kind, context, port);
  await layout.proxyControl.release();
  try {
    await supervisor.spawn({
      id: proxyChild,
      command,
      workingFolder: supervisor.scratchFolder,
      // The real one prints a line for every connection otherwise.
      env: { ...minimalEnvironment(), LOG_LEVEL: "error" },
      restart: { policy: "never", delayMs: 0 },
      stop: { signal: "SIGTERM", withinMs: stopWithinMs },
      runAs: null,
      input: false,
    });
    const check = { by: "exchange", language: { speak: "http", path: "/version", status: [200] }, address: { host, port } } as const;
    await untilReady({ child: proxyChild, check, withinMs: readyWithinMs, restarts: false }, { watch, signal, endedAs: "proxy-unavailable" });
  } catch (error) {
    signal.throwIfAborted();
    throw explain(error, watch);
  }
  const client = connectProxy(formatAddress({ host, port }));
  await Promise.all([...layout.links.values()].map((link) => createLink(client, link, kind)));
  await Promise.all([...layout.doors.values()].map((door) => createDoor(client, door)));
  return { client, url: `http://${formatAddress({ host, port })}`, version: kind === "toxiproxy" ? `Toxiproxy ${await client.version()}` : "embedded proxy" };
}

async function commandOf(kind: ProxyKind, context: BootContext, port: number): Promise<string[]> {
  const allowed = context.allowed.flatMap((pair) => ["--allow", pair]);
  if (kind === "embedded") return [process.execPath, entryPath("harness/drive/proxy/main"), "--listen", host, "--port", String(port), ...allowed];
  const { path } = await prepareToxiproxy(context);
  return [path, "-host", host, "-port", String(port)];
}

async function createLink(client: ProxyClient, { name, spec, listen, upstream }: LinkLayout, kind: ProxyKind): Promise<void> {
  const address = formatAddress({ host, port: listen.port });
  await listen.release();
  await client.createLink({ name, listen: address, upstream: formatAddress(upstream), enabled: true, http: kind === "embedded" && spec.http });
}

async function createDoor(client: ProxyClient, { name, listen, upstream }: Door): Promise<void> {
  await listen.release();
  await client.createLink({ name, listen: formatAddress({ host, port: listen.port }), upstream: formatAddress(upstream), enabled: true });
}

const failureSchema = z.object({ ready: z.literal(false), error: z.string() });

function explain(error: unknown, watch: ChildWatch): unknown {
  if (!(error instanceof RoadworthyError)) return error;
  if (error.code === "tool-missing") return new RoadworthyError("proxy-unavailable", `the proxy cannot be run: ${error.message}`, { hint: "see what its file is", cause: error });
  const said = watch.facts(proxyChild).lines.map(failureOf).find((message) => message !== null);
  return said === undefined ? error : new RoadworthyError("proxy-unavailable", said, { where: proxyChild, hint: "see the proxy's message", cause: error });
}

function failureOf(line: string): string | null {
  if (!line.startsWith("{")) return null;
  const parsed = failureSchema.safeParse(JSON.parse(line));
  return parsed.success ? parsed.data.error : null;
}
