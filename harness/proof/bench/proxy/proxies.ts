/** The proxies that the bench compares: ours, and the real Toxiproxy where it is installed, each as a process of its own behind the same client. */

import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, poll } from "../../../base/time.ts";
import { connectProxy, type ProxyClient } from "../../../drive/proxy/client.ts";
import { freePort } from "../../../base/listening.ts";
import { startModule, startProgram, type Child } from "../child.ts";
import { isExecutable, onPath } from "../on-path.ts";

const readyWithinMs = 5000;

export interface BenchProxy extends AsyncDisposable {
  name: string;
  /** `127.0.0.1:8474`, of its interface. */
  address: string;
  client: ProxyClient;
  /** A new link to `port` of this machine; with a latency toxic of 0 ms when `isToxic`. */
  link(name: string, port: number, isToxic: boolean): Promise<{ host: string; port: number }>;
  /** CPU time of its process so far; null where the system does not say. */
  cpuMs(): number | null;
  /** Files and sockets that it has open; null where the system does not say. */
  openFiles(): number | null;
  /** Its resident set; null where the system does not say. */
  residentBytes(): number | null;
}

const readySchema = z.object({ ready: z.literal(true), port: z.int() });

export async function startEmbedded(): Promise<BenchProxy> {
  await using child = new AsyncDisposableStack();
  const proxy = child.use(startModule("harness/drive/proxy/main", ["--port", "0", "--with-parent"]));
  const { port } = readySchema.parse(JSON.parse(await proxy.line()));
  child.move();
  return benchProxy("embedded proxy", proxy, port);
}

/** The binary of the real Toxiproxy: what TOXIPROXY names, else `toxiproxy-server` of PATH, else null. */
export function findToxiproxy(): string | null {
  const named = process.env["TOXIPROXY"];
  if (named === undefined) return onPath("toxiproxy-server");
  if (!isExecutable(named)) throw new RoadworthyError("tool-missing", `TOXIPROXY names ${named}, which cannot be run`, { hint: "name the binary toxiproxy-server" });
  return named;
}

export async function startToxiproxy(binary: string): Promise<BenchProxy> {
  const port = await freePort();
  await using child = new AsyncDisposableStack();
  const proxy = child.use(startProgram(binary, ["-host", "127.0.0.1", "-port", String(port)]));
  const client = connectProxy(`127.0.0.1:${port}`, 1000);
  // It does not say when it listens: it is asked until it answers.
  const version = await poll(() => client.version().catch(() => undefined), { intervalMs: 20, deadlineUs: nowUs() + readyWithinMs * 1000 });
  if (version === undefined) throw new RoadworthyError("proxy-unavailable", `${binary} does not answer`, { hint: "run it by itself to see why" });
  child.move();
  return benchProxy(`Toxiproxy ${version}`, proxy, port);
}

function benchProxy(name: string, child: Child, port: number): BenchProxy {
  const address = `127.0.0.1:${port}`;
  const client = connectProxy(address);
  return {
    name,
    address,
    client,
    openFiles: () => child.openFiles(),
    link: async (linkName, upstreamPort, isToxic) => {
      const link = await client.createLink({ name: linkName, upstream: `127.0.0.1:${upstreamPort}`, enabled: true });
      if (isToxic) await client.addToxic(linkName, { name: "none", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 0, jitter: 0 } });
      return link;
    },
    cpuMs: () => child.cpuMs(),
    residentBytes: () => child.residentBytes(),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
