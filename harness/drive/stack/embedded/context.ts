/** What the boot of every node gets. */

import type { Supervisor } from "../../supervisor/client.ts";
import type { StoreFacts, Superuser } from "../stack.ts";
import type { Volume } from "../volume/volume.ts";
import type { ChildWatch } from "./child-watch.ts";
import type { Layout } from "./layout.ts";

export interface BootContext {
  readonly supervisor: Supervisor;
  readonly watch: ChildWatch;
  readonly run: string;
  /** Folder of the target's file: what its relative paths start from. */
  readonly targetFolder: string;
  readonly layout: Layout;
  /** By node: filled while the stores boot. */
  readonly stores: Map<string, StoreFacts>;
  readonly superusers: Map<string, Superuser>;
  readonly volumes: Map<string, Volume>;
  /** By node that is a copy: makes it anew, following its server. */
  readonly copies: Map<string, () => Promise<void>>;
  /** `address:port` pairs beyond loopback that the proxy and queries may connect to. */
  readonly allowed: readonly string[];
  /** Notes for the person who waits: "downloading valkey". */
  readonly onProgress: (note: string) => void;
  readonly signal: AbortSignal;
}

/** The environment of every process: nothing of ours but what programs need to be found and to print dates and text the same everywhere. */
export function minimalEnvironment(home = process.env["HOME"] ?? "/"): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", HOME: home, LANG: "C.UTF-8", TZ: "UTC" };
}
