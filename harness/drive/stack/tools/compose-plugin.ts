/**
 * Docker Compose, which brings a target's containers up. It is a plugin of Docker's client, and also a program by itself
 * (`docker-compose up`), which is how it is used here: then no client is needed.
 */

import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { GoTool } from "./go-tool.ts";

const goModule = "github.com/docker/compose/v2";
const versionLimitMs = 10_000;
/** Where packages of systems and of Docker put plugins for everybody. */
const machineFolders = ["/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"];

export const composePlugin: GoTool = {
  title: "Compose",
  program: "docker-compose",
  variable: "ROADWORTHY_COMPOSE",
  module: goModule,
  package: "cmd",
  linkerFlags: (version) => ["-s", "-w", `-X ${goModule}/internal.Version=v${version}`],
  // A `docker-compose` on the path may be version 1, which was written in Python and knows another language; plugins are version 2 and up.
  folders: (environment) => [join(environment["DOCKER_CONFIG"] ?? join(environment["HOME"] ?? homedir(), ".docker"), "cli-plugins"), ...machineFolders],
  failsAs: "tool-missing",
  orElse: "use `--stack embedded`",
};

/** "2.40.3" */
export async function composeVersion(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ["version", "--short"], { timeout: versionLimitMs });
  return stdout.trim().replace(/^v/, "");
}
