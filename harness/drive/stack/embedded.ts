/** The runtime `embedded`: a stack of processes on this machine, every one of them a child of the supervisor. */

import { RoadworthyError } from "../../base/error.ts";
import { nowUs } from "../../base/time.ts";
import type { Target } from "../../scenario/target/target.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { watchChildren } from "./embedded/child-watch.ts";
import type { BootContext } from "./embedded/context.ts";
import { layOut, needsOf, releasePorts, type Layout, type NodeLayout } from "./embedded/layout.ts";
import { bootPostgres } from "./embedded/postgres.ts";
import { bootProcess } from "./embedded/process.ts";
import { proxyChild, startProxy, type ProxyKind, type RunningProxy } from "./embedded/proxies.ts";
import { bootRedis } from "./embedded/redis.ts";
import { diskChild } from "./embedded/small-disk.ts";
import { guardOf } from "../guard/guard.ts";
import { processEvidence } from "./evidence/process-evidence.ts";
import { runQuery } from "./query.ts";
import { embeddedChanges } from "./changes/embedded-changes.ts";
import { processActs } from "./process-acts.ts";
import { readyPlans, untaken, whyNotReady } from "./ready.ts";
import { nodeAccess } from "./address.ts";
import type { Stack, StackNode } from "./stack.ts";

export interface EmbeddedOptions {
  readonly supervisor: Supervisor;
  readonly run: string;
  /** Folder of the target's file. */
  readonly targetFolder: string;
  readonly proxyKind: ProxyKind;
  /** `address:port` pairs beyond loopback that proxies and queries may connect to; none when left out. */
  readonly allowed?: readonly string[];
  readonly onProgress: (note: string) => void;
  /** Told before a boot rejects because a process of the target was not ready: what came of the nodes up to then. */
  readonly onNotReady?: (nodes: BootedNodes, error: RoadworthyError) => void;
  readonly signal: AbortSignal;
}

/** Names of nodes. Those that waited for one that did not get ready were not booted, and are in neither list. */
export interface BootedNodes {
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
}

const resetLimitMs = 30_000;

/**
 * Resolves when every node is ready. When one is not, everything that was started is ended before it rejects: `target-invalid`,
 * `tool-missing`, `stack-unavailable`, `proxy-unavailable`, `port-taken`, `target-not-ready`, or the signal's reason.
 */
export async function bootEmbedded(target: Target, options: EmbeddedOptions): Promise<Stack> {
  const { supervisor, run, targetFolder, onProgress } = options;
  const layout = await layOut(target);
  const watch = watchChildren(supervisor);
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const context: BootContext = { supervisor, watch, run, targetFolder, layout, stores: new Map(), superusers: new Map(), volumes: new Map(), copies: new Map(), allowed: options.allowed ?? [], onProgress, signal };
  const end = async (): Promise<void> => {
    await endAll(context);
    watch[Symbol.dispose]();
  };
  try {
    const beganUs = nowUs();
    const { versions, proxy } = await bootAll(context, { ...options, fail: (error) => failed.abort(error) });
    return stackOf(target, context, { versions, proxy, proxyKind: options.proxyKind, bootMs: (nowUs() - beganUs) / 1000, end });
  } catch (error) {
    await end();
    throw error;
  }
}

interface BootAll extends Pick<EmbeddedOptions, "proxyKind" | "onNotReady"> {
  readonly fail: (error: unknown) => void;
}

interface Failure {
  readonly error: unknown;
  /** null: the proxy. */
  readonly node: NodeLayout | null;
}

/** Nodes start as soon as those that they need are ready. The first failure ends the waiting of all others, and is the one that is told. */
async function bootAll(context: BootContext, { proxyKind, onNotReady, fail }: BootAll): Promise<{ versions: string[]; proxy: RunningProxy }> {
  const proxy = startProxy(proxyKind, context);
  const boots = new Map<string, Promise<string>>();
  const boot = (node: NodeLayout): Promise<string> => {
    const known = boots.get(node.name);
    if (known !== undefined) return known;
    const begun = bootWhenNeeded(node, { context, proxy, needs: () => needsOf(node.spec).map((name) => boot(nodeOf(context.layout, name))) });
    boots.set(node.name, begun);
    return begun;
  };
  const nodes = [...context.layout.nodes.values()];
  const all = nodes.map(boot);
  const failures: Failure[] = [];
  const note = (failure: Failure): void => {
    failures.push(failure);
    fail(failure.error);
  };
  proxy.catch((error: unknown) => note({ error, node: null }));
  for (const [index, begun] of all.entries()) begun.catch((error: unknown) => note({ error, node: nodes[index] ?? null }));
  const [, ...ends] = await Promise.allSettled([proxy, ...all]);
  const [first] = failures;
  if (first !== undefined) {
    const ready = nodes.filter((_node, index) => ends[index]?.status === "fulfilled");
    // What cannot be reached through a proxy that has died is not the target's doing.
    if (context.watch.facts(proxyChild).running) tellNotReady(first, ready, onNotReady);
    throw first.error;
  }
  const versions = (await Promise.all(all)).filter((version) => version !== "");
  const started = await proxy;
  return { versions: [...versions, ...(proxyKind === "toxiproxy" ? [started.version] : []), `Node ${process.versions.node}`], proxy: started };
}

/** A store that is late, a port or a program that cannot be had is the machine's trouble, and says nothing of the target. */
function tellNotReady({ error, node }: Failure, ready: readonly NodeLayout[], onNotReady: BootAll["onNotReady"]): void {
  if (node?.spec.kind !== "process" || !(error instanceof RoadworthyError) || error.code !== "target-not-ready") return;
  onNotReady?.({ ready: ready.map(({ name }) => name), notReady: [node.name] }, error);
}

interface Waiting {
  readonly context: BootContext;
  readonly proxy: Promise<RunningProxy>;
  readonly needs: () => Promise<string>[];
}

async function bootWhenNeeded(node: NodeLayout, { context, proxy, needs }: Waiting): Promise<string> {
  // A process may use its links from its first moment; a store has none.
  if (node.spec.kind === "process") await proxy;
  await Promise.all(needs());
  context.signal.throwIfAborted();
  context.onProgress(`starting ${node.name}`);
  switch (node.spec.kind) {
    case "postgres":
      return await bootPostgres(node, context);
    case "redis":
      return await bootRedis(node, context);
    case "process":
      await bootProcess(node, context);
      return "";
    case "container":
      throw new RoadworthyError("target-invalid", `"${node.name}" is a container, and the runtime embedded starts none`, { where: `nodes.${node.name}`, hint: "run it with --stack docker" });
  }
}

function nodeOf(layout: Layout, name: string): NodeLayout {
  const node = layout.nodes.get(name);
  if (node === undefined) throw new RoadworthyError("internal", `node "${name}" was laid out before and is gone`);
  return node;
}

/** Newest first: clients before the servers they use. */
async function endAll({ supervisor, watch, layout }: BootContext): Promise<void> {
  const started = [...layout.nodes.values()].flatMap((node) => node.replicas.map((replica) => replica.child));
  const known = [...started, ...started.map(diskChild), proxyChild].filter((child) => watch.facts(child).process !== null);
  const newestFirst = known.toSorted((a, b) => (watch.facts(b).process?.startTicks ?? 0) - (watch.facts(a).process?.startTicks ?? 0));
  for (const child of newestFirst) await supervisor.forget(child);
  await releasePorts(layout);
}

interface Booted {
  readonly versions: readonly string[];
  readonly proxy: RunningProxy;
  readonly proxyKind: ProxyKind;
  readonly bootMs: number;
  readonly end: () => Promise<void>;
}

function stackOf(target: Target, context: BootContext, booted: Booted): Stack {
  const { supervisor, layout, watch, stores, superusers, volumes, run, targetFolder, allowed } = context;
  const nodes = [...layout.nodes.values()].map((node): [string, StackNode] => [
    node.name,
    {
      name: node.name,
      spec: node.spec,
      get children() {
        return node.replicas.map(({ child }) => child);
      },
      store: stores.get(node.name) ?? null,
      superuser: superusers.get(node.name) ?? null,
      volume: volumes.get(node.name) ?? null,
    },
  ]);
  const guard = guardOf(allowed);
  const changes = embeddedChanges(context, { nodeOf: (name) => nodeOf(layout, name), proxy: booted.proxy.client });
  const evidence = processEvidence(supervisor, new Map(nodes.map(([name, { children }]) => [name, children])), (child) => nodes.find(([, { children }]) => children.includes(child))?.[0] ?? null);
  const end = async (): Promise<void> => {
    evidence[Symbol.dispose]();
    await booted.end();
  };
  let ended: Promise<void> | null = null;
  return {
    target,
    runtime: "embedded",
    run,
    targetFolder,
    guard,
    proxyKind: booted.proxyKind,
    nodes: new Map(nodes),
    links: new Map([...layout.links].map(([name, { spec }]) => [name, { name, spec }])),
    get addresses() {
      return layout.addresses;
    },
    supervisor,
    acts: processActs({ supervisor, childrenOf: (name) => nodeOf(layout, name).replicas.map(({ child }) => child), untaken: (name) => untaken(nodeAccess(layout.addresses, name), name) }),
    changes,
    containers: null,
    proxy: booted.proxy.client,
    proxyUrl: booted.proxy.url,
    versions: booted.versions,
    images: [],
    evidence,
    bootMs: booted.bootMs,
    whyNotReady: async (name) => {
      const node = nodeOf(layout, name);
      const reasons = await Promise.all(readyPlans(node, nodeAccess(layout.addresses, name)).map((plan) => whyNotReady(plan, watch)));
      return reasons.find((reason) => reason !== null) ?? null;
    },
    reset: async () => {
      await changes.undo();
      // In their order: what refers to something is emptied before it.
      for (const query of target.reset) await runQuery(query, layout.addresses, { timeoutMs: resetLimitMs, guard });
    },
    [Symbol.asyncDispose]: () => (ended ??= end()),
  };
}
