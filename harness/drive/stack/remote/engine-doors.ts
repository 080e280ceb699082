/**
 * Ports of a container on another machine, met on this machine's loopback: by a process of the run that may connect to exactly these, and nowhere else
 * (our own proxy, without a fault ever). So load, probes, queries and undos keep to loopback wherever the engine is.
 */

import { entryPath } from "../../../base/entry.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { formatAddress } from "../../../base/loopback-address.ts";
import { connectProxy } from "../../proxy/client.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import { minimalEnvironment, type BootContext } from "../embedded/context.ts";
import { reservePort } from "../embedded/ports.ts";
import { untilReady } from "../ready.ts";

/** Its id at the supervisor. */
const child = "engine-doors";
const host = "127.0.0.1";
const readyWithinMs = 10_000;
const stopWithinMs = 2_000;

/** By port of the other machine: the port here. Errors: `proxy-unavailable`. */
export async function openDoors(context: Pick<BootContext, "supervisor" | "watch" | "signal">, { elsewhere, ports }: { readonly elsewhere: string; readonly ports: readonly number[] }): Promise<ReadonlyMap<number, number>> {
  const { supervisor, watch, signal } = context;
  const control = await reservePort(host);
  const places = ports.map((port) => formatAddress({ host: elsewhere, port }));
  await control.release();
  await supervisor.spawn({
    id: child,
    command: [process.execPath, entryPath("harness/drive/proxy/main"), "--listen", host, "--port", String(control.port), ...places.flatMap((place) => ["--allow", place])],
    workingFolder: supervisor.scratchFolder,
    env: minimalEnvironment(),
    restart: { policy: "never", delayMs: 0 },
    stop: { signal: "SIGTERM", withinMs: stopWithinMs },
    runAs: null,
    input: false,
  });
  const check = { by: "exchange", language: { speak: "http", path: "/version", status: [200] }, address: { host, port: control.port } } as const;
  await untilReady({ child, check, withinMs: readyWithinMs, restarts: false }, { watch, signal, endedAs: "proxy-unavailable" });
  const client = connectProxy(formatAddress({ host, port: control.port }));
  const made = await Promise.all(ports.map(async (port, index) => [port, (await client.createLink({ name: `door-${port}`, upstream: places[index] ?? "", enabled: true })).port] as const));
  return new Map(made);
}

/** Fine when there are none. */
export async function closeDoors(supervisor: Supervisor): Promise<void> {
  try {
    await supervisor.stop(child);
    await supervisor.forget(child);
  } catch (error) {
    if (!(error instanceof RoadworthyError) || error.code !== "not-found") throw error;
  }
}
