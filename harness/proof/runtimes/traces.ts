/** What an engine holds that a run could have left there. */

import type { Docker } from "../images/docker.ts";

const kinds = [
  ["container", "--all", "--no-trunc"],
  ["volume"],
  ["network", "--no-trunc"],
] as const;

/** "network 0f3a…", of everything, whoever made it, or of one run. */
export async function traces(docker: Docker, run?: string): Promise<string[]> {
  const filter = run === undefined ? [] : ["--filter", `label=org.roadworthy.run=${run}`];
  const found = await Promise.all(kinds.map(async ([kind, ...more]) => (await docker(kind, "ls", "--quiet", ...filter, ...more)).split("\n").flatMap((id) => (id === "" ? [] : [`${kind} ${id}`]))));
  return found.flat();
}
