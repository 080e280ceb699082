/** Carries out a control: hops of our own proxy between the load, or a probe, and the target, and what the probe process is told otherwise. */

import { formatAddress } from "../../base/loopback-address.ts";
import { startLoopbackServer } from "../../base/loopback-server.ts";
import { nowUs, waitUntil, type InstantUs } from "../../base/time.ts";
import type { Control, ControlAct } from "../../scenario/control.ts";
import type { Expect } from "../../scenario/route.ts";
import type { Timeline } from "../../scenario/timeline.ts";
import type { ProbeConfig } from "../probe/config.ts";
import type { ToxicSpec } from "../proxy/toxics/index.ts";
import { nodeAddress, type Address, type Addresses } from "../stack/address.ts";
import type { Stack } from "../stack/stack.ts";

/** Before the planned healing, so that nothing good is seen between the two. */
const shutsEarlyMs = 100;
/** Of the place that a probe is led to instead, or of the toxic on its link. */
const placeName = "control";

export interface Interposed extends AsyncDisposable {
  /** Where the load is sent to. */
  readonly load: Addresses;
  /** What the probe process is to do. */
  probing(config: ProbeConfig): ProbeConfig;
  /** Does what is bound to times. */
  act(startUs: InstantUs, signal: AbortSignal): Promise<void>;
}

/** Without a control, and for a known-bad build, nothing stands in between. */
export async function interpose(control: Control | null, stack: Stack, timeline: Timeline): Promise<Interposed> {
  await using resources = new AsyncDisposableStack();
  const changed = await change(control?.act ?? null, { stack, timeline, resources });
  const owned = resources.move();
  return {
    load: changed.load ?? stack.addresses,
    probing: changed.probing ?? ((config) => config),
    act: changed.act ?? (() => Promise.resolve()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface Scene {
  stack: Stack;
  timeline: Timeline;
  resources: AsyncDisposableStack;
}

type Changes = Partial<Pick<Interposed, "load" | "probing" | "act">>;

async function change(act: ControlAct | null, scene: Scene): Promise<Changes> {
  switch (act?.kind) {
    case undefined:
      return {};
    case "late-answers":
      return act.probe === null ? { load: await throughHops(scene, latency(act.delayMs)) } : { probing: await probeThroughHop(act.probe, latency(act.delayMs), scene) };
    case "failed-answers":
      return await failedAnswers(act, scene);
    case "closed-door":
      return await closedDoor(act.afterHealMs, scene);
    case "altered-read-back":
      return { probing: (config) => ({ ...config, altered: { ledger: act.ledger, everyNth: act.everyNth, how: act.how } }) };
    case "false-health":
      return { probing: await falseHealth(act.probe, scene) };
  }
}

function latency(delayMs: number): ToxicSpec {
  return { type: "latency", attributes: { latency: Math.round(delayMs), jitter: 0 } };
}

async function failedAnswers({ share, from }: Extract<ControlAct, { kind: "failed-answers" }>, scene: Scene): Promise<Changes> {
  const toxic: ToxicSpec = { type: "http_answer", attributes: { status: 500, retry_after: 0, method: "", path: "" } };
  const load = await throughHops(scene, null, true);
  const begin = async (): Promise<void> => {
    for (const hop of doorsOf(scene.stack).map(hopName)) await scene.stack.proxy.addToxic(hop, { ...toxic, name: hop, stream: "downstream", toxicity: share });
  };
  const fault = scene.timeline.phases.find(({ name }) => name === "fault");
  if (from === "start" || fault === undefined) {
    await begin();
    return { load };
  }
  return {
    load,
    act: async (startUs, signal) => {
      await waitUntil(startUs + fault.startMs * 1000, signal);
      await begin();
    },
  };
}

/** The stack's addresses with a hop before every node that a route leads to. */
async function throughHops(scene: Scene, toxic: ToxicSpec | null, http = false): Promise<Addresses> {
  const { stack } = scene;
  const nodes = { ...stack.addresses.nodes };
  for (const node of doorsOf(stack)) {
    const access = nodes[node];
    if (access === undefined) continue;
    const hop = await hopTo(nodeAddress(stack.addresses, node), scene, { name: hopName(node), toxic, http });
    nodes[node] = { ...access, ports: { ...access.ports, main: hop } };
  }
  return { ...stack.addresses, nodes };
}

function doorsOf({ target }: Stack): string[] {
  return [...new Set(Object.values(target.routes).map(({ node }) => node))];
}

function hopName(to: string): string {
  return `control-${to}`;
}

async function hopTo(upstream: Address, { stack, resources }: Scene, { name, toxic, http = false }: { name: string; toxic: ToxicSpec | null; http?: boolean }): Promise<Address> {
  const { host, port } = await stack.proxy.createLink({ name, upstream: formatAddress(upstream), enabled: true, http });
  resources.defer(() => stack.proxy.removeLink(name));
  if (toxic !== null) await stack.proxy.addToxic(name, { ...toxic, name, stream: "downstream", toxicity: 1 });
  return { host, port };
}

async function probeThroughHop(probe: string, toxic: ToxicSpec, scene: Scene): Promise<(config: ProbeConfig) => ProbeConfig> {
  const { at } = scene.stack.target.probes[probe] ?? {};
  if (at === undefined) return (config) => config;
  const upstream = "node" in at ? nodeAddress(scene.stack.addresses, at.node, at.port) : scene.stack.addresses.links[at.link];
  if (upstream === undefined) return (config) => config;
  return ledTo(probe, await hopTo(upstream, scene, { name: hopName(probe), toxic }));
}

/** The same probe, at another place. */
function ledTo(probe: string, place: Address): (config: ProbeConfig) => ProbeConfig {
  return (config) => {
    const spec = config.probes[probe];
    if (spec === undefined) return config;
    const nodes = { ...config.addresses.nodes, [placeName]: { kind: "process" as const, ports: { main: { host: place.host, port: place.port } } } };
    return { ...config, addresses: { ...config.addresses, nodes }, probes: { ...config.probes, [probe]: { ...spec, at: { node: placeName, port: "main" } } } };
  };
}

async function closedDoor(afterHealMs: number, scene: Scene): Promise<Changes> {
  const load = await throughHops(scene, null);
  const hops = doorsOf(scene.stack).map(hopName);
  const setAll = async (isOpen: boolean): Promise<void> => {
    for (const hop of hops) await scene.stack.proxy.setEnabled(hop, isOpen);
  };
  return {
    load,
    act: async (startUs, signal) => {
      for (const { fromMs, toMs } of shutTimes(scene.timeline, afterHealMs)) {
        await waitUntil(startUs + fromMs * 1000, signal);
        await setAll(false);
        await waitUntil(Math.max(nowUs(), startUs + toMs * 1000), signal);
        await setAll(true);
      }
    },
  };
}

/** From the scenario's start, in order; those that touch are one. */
export function shutTimes({ steps, totalMs }: Pick<Timeline, "steps" | "totalMs">, afterHealMs: number): { fromMs: number; toMs: number }[] {
  const times: { fromMs: number; toMs: number }[] = [];
  for (const { healAtMs } of steps.toSorted((a, b) => a.healAtMs - b.healAtMs)) {
    const next = { fromMs: healAtMs - shutsEarlyMs, toMs: Math.min(totalMs, healAtMs + afterHealMs) };
    const last = times.at(-1);
    if (last !== undefined && next.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, next.toMs);
    else times.push(next);
  }
  return times;
}

/** On the link that the probe looks through, where that is read as HTTP; else nobody but a server of our own can stand between. */
async function falseHealth(probe: string, scene: Scene): Promise<(config: ProbeConfig) => ProbeConfig> {
  const { stack, resources } = scene;
  const spec = stack.target.probes[probe];
  if (spec?.layer !== "http") return (config) => config;
  const answer = goodAnswer(spec.expect);
  if ("link" in spec.at && stack.proxyKind === "embedded" && stack.links.get(spec.at.link)?.spec.http === true) {
    await rewriteOn(spec.at.link, { path: spec.path, answer }, scene);
    return (config) => config;
  }
  const server = resources.use(await startLoopbackServer({ host: "127.0.0.1", port: 0, bodyLimitBytes: 1024, refuseBrowsers: true, handle: () => answer }));
  return ledTo(probe, server);
}

async function rewriteOn(link: string, { path, answer: { status, body } }: { path: string; answer: { status: number; body: unknown } }, { stack, resources }: Scene): Promise<void> {
  const [route = ""] = path.split("?");
  const attributes = { status, body: typeof body === "string" ? body : JSON.stringify(body), method: "GET", path: route };
  await stack.proxy.addToxic(link, { type: "http_rewrite", attributes, name: placeName, stream: "downstream", toxicity: 1 });
  resources.defer(() => stack.proxy.removeToxic(link, placeName));
}

/** What a check with these expectations takes for good. */
export function goodAnswer({ status: [status = 200], json, contains }: Expect): { status: number; body: unknown } {
  if (json === undefined && contains !== undefined) return { status, body: contains };
  const body: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(json ?? {})) setAt(body, path.split("."), value);
  return { status, body: contains === undefined ? body : { ...body, said: contains } };
}

function setAt(body: Record<string, unknown>, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    body[first] = value;
    return;
  }
  const known = body[first];
  const inner: Record<string, unknown> = typeof known === "object" && known !== null ? { ...known } : {};
  body[first] = inner;
  setAt(inner, rest, value);
}
