/** A target that is up: nodes (processes) and links (one proxy per client → server pair). */

import type { LinkSpec, NodeSpec } from "../../scenario/target/node.ts";
import type { Target } from "../../scenario/target/target.ts";
import type { ImageUse } from "../../log/node-evidence.ts";
import type { Guard } from "../guard/guard.ts";
import type { ProxyClient } from "../proxy/client.ts";
import type { Supervisor } from "../supervisor/client.ts";
import type { NodeActs } from "./acts.ts";
import type { NodeChanges } from "./changes/changes.ts";
import type { Addresses } from "./address.ts";
import type { Containers } from "./docker/containers.ts";
import type { NodeEvidence } from "./evidence/node-evidence.ts";
import type { Volume } from "./volume/volume.ts";

export interface StackNode {
  readonly name: string;
  readonly spec: NodeSpec;
  /** Ids of its processes at the supervisor, one per replica: "api", "worker-1", "worker-2". Empty for what was not started here. */
  readonly children: readonly string[];
  /** Of a store that we run ourselves; null for any other node. */
  readonly store: StoreFacts | null;
  /** Of a PostgreSQL that this run has started, where there is one that we know; null for any other node. */
  readonly superuser: Superuser | null;
  /** Of a store whose data this run has made; null for any other node. */
  readonly volume: Volume | null;
  /** Where there is none: why, when there is more to say than that the run has not made it. */
  readonly whyNoVolume?: string;
}

export interface StoreFacts {
  /** Its data, as the harness sees them. */
  readonly folder: string;
  readonly disk: StoreDisk;
}

export interface Superuser {
  readonly user: string;
  /** Journals name the file, so that there is no password in them. */
  readonly passwordFile: string;
}

/** The small disk that a store's data are on, or why it has none. */
export type StoreDisk = { readonly is: "own"; readonly sizeMiB: number } | { readonly is: "none"; readonly why: string };

export interface Link {
  readonly name: string;
  readonly spec: LinkSpec;
}

export interface Stack extends AsyncDisposable {
  readonly target: Target;
  readonly runtime: "embedded" | "docker" | "external";
  /** Id of the run that it was brought up for. */
  readonly run: string;
  /** Of the target's file: what relative paths count from. */
  readonly targetFolder: string;
  /** What may be connected to, or told to a command of the user's own. */
  readonly guard: Guard;
  readonly proxyKind: "embedded" | "toxiproxy";
  readonly nodes: ReadonlyMap<string, StackNode>;
  readonly links: ReadonlyMap<string, Link>;
  /** Where everything listens, as plain data for other processes. */
  readonly addresses: Addresses;
  readonly supervisor: Supervisor;
  readonly acts: NodeActs;
  readonly changes: NodeChanges;
  /** The nodes as containers; null where they are processes. */
  readonly containers: Containers | null;
  readonly proxy: ProxyClient;
  /** Of the proxy's control interface, for undos: "http://127.0.0.1:8474". */
  readonly proxyUrl: string;
  /** "PostgreSQL 15.18", "Valkey 9.1.2", "Node 26.10.0". */
  readonly versions: readonly string[];
  /** Of its containers; empty where there are none. */
  readonly images: readonly ImageUse[];
  /** What its nodes print, and what becomes of their processes. */
  readonly evidence: NodeEvidence;
  /** Time from the first process to all nodes ready. */
  readonly bootMs: number;
  /** Asks all processes of a node by its ready check: null when it is ready, else why it is not. */
  whyNotReady(node: string): Promise<string | null>;
  /** Undoes what was changed of nodes and carries out the target's `reset` queries, between two scenarios. */
  reset(): Promise<void>;
}
