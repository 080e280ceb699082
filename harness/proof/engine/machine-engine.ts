/** The engine that this machine has anyway: the one of DOCKER_HOST, else the one at the usual socket. */

import { versionAt } from "./answers.ts";
import type { PrivateEngine } from "./private-engine.ts";

const scheme = "unix://";
const usual = `${scheme}/var/run/docker.sock`;

/** null when none answers. An engine beyond a socket of this machine is believed in as it was named. */
export async function machineEngine(named: string = process.env["DOCKER_HOST"] ?? ""): Promise<PrivateEngine | null> {
  const host = named === "" ? usual : named;
  if (!host.startsWith(scheme)) return { host, version: "of DOCKER_HOST", wasRunning: true };
  const version = await versionAt(host.slice(scheme.length));
  return version === null ? null : { host, version, wasRunning: true };
}
