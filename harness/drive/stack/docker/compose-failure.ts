/** What compose printed when it failed, as one clear error with what helps. Its words differ between versions and engines; what they mean does not. */

import { messageOf, RoadworthyError, type ErrorCode } from "../../../base/error.ts";

interface Meaning {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly says: (line: string, images: readonly string[]) => string;
  readonly hint: string;
}

const image = /(?:pull access denied for|manifest for|No such image:|image) "?([\w./:@-]+?)"?(?: not found|,|:? |$)/i;

/** The first that matches counts. */
const meanings: readonly Meaning[] = [
  {
    pattern: /cannot connect to the docker daemon|error during connect|connection refused.*\.sock/i,
    code: "stack-unavailable",
    says: () => "the container engine stopped answering",
    hint: "start it, and see its log",
  },
  { pattern: /no space left on device|disk quota exceeded/i, code: "stack-unavailable", says: () => "the container engine's disk is full", hint: "see `docker system df`, and free some space" },
  {
    pattern: /port is already allocated|address already in use|ports are not available/i,
    code: "port-taken",
    says: (line) => `a port of this machine is taken: ${line}`,
    hint: "see what listens there: ss -tlnp",
  },
  {
    pattern: /available, non-overlapping|predefined address pools/i,
    code: "stack-unavailable",
    says: () => "the container engine has no address range left for another network",
    hint: "remove networks that nobody uses (`docker network prune`), or give the engine smaller ranges (`default-address-pools`)",
  },
  {
    pattern: /pull access denied|manifest unknown|manifest for .* not found|no such image|failed to resolve reference|(?:Get|Head) "https?:\/\/[^"]*\/v2\/|repository does not exist/i,
    code: "stack-unavailable",
    says: (line, images) => `an image is not here and cannot be pulled${nameIn(line, images)}: ${line}`,
    hint: "build or load it, or name another one by the variable that the compose file has for it (`--env NAME=image`)",
  },
  {
    pattern: /dependency failed to start|is unhealthy|exited \(\d+\)|didn't complete successfully/i,
    code: "target-not-ready",
    says: (line) => `a service did not come up: ${line}`,
    hint: "see what it printed, and its health check",
  },
  {
    pattern: /your kernel does not support|the cgroup is not mounted/i,
    code: "stack-unavailable",
    says: (line) => `the container engine cannot limit what the compose files limit: ${line}`,
    hint: "without root an engine limits only what systemd delegates to its user, on a machine in cgroup v2 mode (`docker info`); take the limit out, in a further compose file for the runs, or use an engine that can",
  },
  { pattern: /^Error response from daemon: /i, code: "stack-unavailable", says: (line) => `the container engine refused it: ${line}`, hint: "see the engine's own log" },
];

/** `images`: those that it was about, for when it does not say which. */
export function explainFailure(error: unknown, images: readonly string[] = []): RoadworthyError {
  const text = messageOf(error);
  const lines = text.split("\n").map((line) => line.trim());
  for (const { pattern, code, says, hint } of meanings) {
    // What is said last is why it ended.
    const line = lines.findLast((candidate) => pattern.test(candidate));
    if (line !== undefined) return new RoadworthyError(code, says(withoutPrefix(line), images), { hint, cause: error });
  }
  return error instanceof RoadworthyError ? error : new RoadworthyError("stack-unavailable", `compose failed: ${text}`, { hint: "run the command by hand to see more", cause: error });
}

/** The container that compose waited for and that will not be ready; null when that is not what it failed of. */
export function culpritOf(error: unknown): string | null {
  return /dependency failed to start: container (\S+) (?:is unhealthy|exited|has no)/.exec(messageOf(error))?.[1] ?? null;
}

function withoutPrefix(line: string): string {
  return line.replace(/^Error response from daemon: /i, "");
}

function nameIn(line: string, images: readonly string[]): string {
  const name = image.exec(line)?.[1] ?? images.join(", ");
  return name === "" ? "" : ` (${name})`;
}
