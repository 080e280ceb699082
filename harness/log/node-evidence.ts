/** What nodes printed and what became of their processes: evidence that stands beside a verdict. Nothing is judged by it. */

import type { InstantUs } from "../base/time.ts";

/** An image that containers of the stack were made of. */
export interface ImageUse {
  readonly service: string;
  /** As the compose file names it: "postgres:15-alpine". */
  readonly image: string;
  /** "sha256:…" of the registry's manifest; null for an image that came from none. */
  readonly digest: string | null;
  /** "sha256:…" of its content, as the engine knows it. */
  readonly id: string;
}

/** One process or container of a node, as it was found. */
export interface NodeState {
  readonly node: string;
  /** "api", "worker-2". */
  readonly process: string;
  readonly state: "running" | "paused" | "restarting" | "ended";
  /** How it last ended: an exit code or a signal's name, "137 (SIGKILL)"; null when it has not, or that is not known. */
  readonly ended: string | null;
  /** Whether the kernel ended it for want of memory; null where that cannot be told. */
  readonly outOfMemory: boolean | null;
  /** How often it was started again since the stack was up. */
  readonly restarts: number;
}

export interface PrintedLine {
  readonly at: InstantUs;
  readonly stream: "out" | "err";
  readonly line: string;
}

/** What one process printed in a window: its first lines there and its last ones. */
export interface NodeOutput {
  readonly node: string;
  readonly process: string;
  readonly lines: readonly PrintedLine[];
  /** Lines that are left out, and the number of those that stand before them. `atLeast`: there were more than could be counted. */
  readonly leftOut: { readonly count: number; readonly after: number; readonly atLeast: boolean } | null;
  /** Why its lines could not be had, or null. */
  readonly why: string | null;
}
