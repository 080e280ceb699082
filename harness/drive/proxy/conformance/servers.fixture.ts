/** The two servers that are compared, each a process of its own as users run it. */

import { entryPath } from "../../../base/entry.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { freePort } from "../../../base/listening.ts";
import { freshToken } from "../../../base/random.ts";
import { nowUs, poll } from "../../../base/time.ts";
import { provideToxiproxy } from "../../stack/tools/toxiproxy-binary.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { connectProxy } from "../client.ts";
import type { ServerKind } from "./case.fixture.ts";

export interface ConformanceServer extends AsyncDisposable {
  /** "http://127.0.0.1:8474" */
  readonly base: string;
  /** What it calls itself. */
  readonly version: string;
}

const readyWithinMs = 10_000;
const stopWithinMs = 2_000;

/** Errors: `proxy-unavailable` when there is no real Toxiproxy, and none can be built. It dies with the tests, whatever ends them. */
export async function startServer(kind: ServerKind): Promise<ConformanceServer> {
  const port = await freePort();
  const command = kind === "embedded" ? [process.execPath, entryPath("harness/drive/proxy/main"), "--port", String(port), "--seed", "7"] : [await toxiproxy(), "-host", "127.0.0.1", "-port", String(port), "-seed", "7"];
  await using mine = new AsyncDisposableStack();
  const supervisor = mine.use(await startSupervisor({ run: `conformance-${freshToken(8)}` }));
  const stop = { signal: "SIGTERM", withinMs: stopWithinMs } as const;
  await supervisor.spawn({ id: kind, command, workingFolder: supervisor.scratchFolder, env: { LOG_LEVEL: "error" }, restart: { policy: "never", delayMs: 0 }, stop, runAs: null, input: false });
  const client = connectProxy(`127.0.0.1:${port}`, 1000);
  const version = await poll(() => client.version().catch(() => undefined), { intervalMs: 20, deadlineUs: nowUs() + readyWithinMs * 1000 });
  if (version === undefined) throw new RoadworthyError("proxy-unavailable", `${kind} does not answer`, { hint: "run it by itself to see why" });
  const all = mine.move();
  return { base: `http://127.0.0.1:${port}`, version, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function toxiproxy(): Promise<string> {
  const { path } = await provideToxiproxy((note) => process.stderr.write(`${note}\n`));
  return path;
}
