/** Docker's client, for the engine that there is: the machine's, else the private one of `npm run engine`. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { RoadworthyError, messageOf } from "../../base/error.ts";
import { onPath } from "../bench/on-path.ts";
import { machineEngine } from "../engine/machine-engine.ts";
import { enginePlaces } from "../engine/places.ts";
import { privateEngine } from "../engine/private-engine.ts";

const outputLimitBytes = 16 * 1024 * 1024;
const buildLimitMs = 600_000;

/** Runs the client to its end and answers what it printed. */
export type Docker = (...args: readonly string[]) => Promise<string>;

/** `host` is what DOCKER_HOST has to say. Errors: `tool-missing` without a client, `stack-unavailable` without an engine. */
export async function findDocker(): Promise<{ docker: Docker; host: string }> {
  const client = onPath("docker");
  if (client === null) throw new RoadworthyError("tool-missing", "there is no docker on the path", { where: "docker", hint: "apt-get install --no-install-recommends docker.io, or Docker's own packages" });
  const engine = (await machineEngine()) ?? (await privateEngine(enginePlaces()));
  if (engine === null) throw new RoadworthyError("stack-unavailable", "no engine runs", { where: "DOCKER_HOST", hint: "start one: `npm run engine`, or name one in DOCKER_HOST" });
  const env = { ...process.env, DOCKER_HOST: engine.host };
  const docker: Docker = async (...args) => {
    try {
      const { stdout } = await promisify(execFile)(client, args, { env, timeout: buildLimitMs, maxBuffer: outputLimitBytes });
      return stdout.trim();
    } catch (error) {
      throw new RoadworthyError("stack-unavailable", messageOf(error), { where: engine.host, cause: error });
    }
  };
  return { docker, host: engine.host };
}
