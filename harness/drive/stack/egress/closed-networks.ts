/**
 * Whether the networks of a run's services are closed to the machine of the engine (R38), by the engine's own word on each. One that does not know
 * `inhibit_ipv4`, as Podman, makes them all the same and takes no notice: containers then reach whatever listens on that machine, by its address in their network.
 */

import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { allowFileName, type ComposeAllowance } from "../../../scenario/target/allow.ts";
import type { Project } from "../../supervisor/protocol.ts";
import { runLabel } from "../../supervisor/system/engine-containers.ts";
import { engineJson } from "../../supervisor/system/engine.ts";
import { doorNetwork } from "../docker/plan.ts";

const inhibit = "com.docker.network.bridge.inhibit_ipv4";

/**
 * For a network: without an address of the engine's machine in it. Through that one containers would reach whatever listens on the machine, `internal` or not.
 * `inhibit_ipv4` says nothing of version 6, which an engine may be set to give to every network (`default-network-opts`).
 */
export const closed = { internal: true, enable_ipv6: false, driver_opts: { [inhibit]: "true" } };

const askWithinMs = 5_000;
const networksSchema = z.array(z.object({ Name: z.string(), Internal: z.boolean().default(false), EnableIPv6: z.boolean().nullish(), Options: z.record(z.string(), z.string()).nullish() }));

export interface ClosedOptions {
  /** "Podman 4.3.1". */
  readonly engine: string;
  readonly allowance: ComposeAllowance;
  readonly onProgress: (note: string) => void;
}

/** To be asked when the networks are made and no service of the target runs yet. Errors: `not-allowed` for open ones, unless the allow file has `compose.machine`; then it is told. */
export async function assertClosed({ endpoint, run }: Project, { engine, allowance, onProgress }: ClosedOptions): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${runLabel}=${run}`] }));
  const networks = await engineJson(endpoint, { method: "GET", path: `/networks?filters=${filters}`, withinMs: askWithinMs }, { of: networksSchema });
  const own = networks.filter(({ Name: name }) => !name.endsWith(`_${doorNetwork}`));
  const open = own.filter(({ Internal: isInternal, EnableIPv6: hasSix, Options: options }) => !isInternal || hasSix === true || options?.[inhibit] !== "true");
  if (open.length === 0) return;
  const what = `the services' containers can reach whatever listens on the machine of the engine: ${engine} has not closed ${open.length} of ${own.length} networks to it`;
  if (allowance.machine !== undefined) {
    onProgress(`${what} (allowed by compose.machine of ${allowFileName})`);
    return;
  }
  throw new RoadworthyError("not-allowed", what, {
    where: open[0]?.Name ?? endpoint,
    hint: `use Docker Engine, which closes them; or, where nothing that matters listens on that machine, allow it in ${allowFileName}, under compose: machine: { reason: … }`,
  });
}
