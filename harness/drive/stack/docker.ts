/**
 * The runtime `docker`: a stack of containers from the target's compose files, taken as they are.
 *
 *   compose files ──compose config──▶ model ──▶ safe? (R38) ──▶ images ──▶ plan ──▶ the run's own model ──▶ proxy up ──▶ ways opened ──▶ services up ──▶ ready
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { formatAddress } from "../../base/loopback-address.ts";
import { nowUs, poll } from "../../base/time.ts";
import { guardOf } from "../guard/guard.ts";
import type { ImageUse } from "../../log/node-evidence.ts";
import type { ComposeAllowance } from "../../scenario/target/allow.ts";
import type { Target } from "../../scenario/target/target.ts";
import { connectProxy, type ProxyClient } from "../proxy/client.ts";
import type { Supervisor } from "../supervisor/client.ts";
import type { Project } from "../supervisor/protocol.ts";
import type { Inspected } from "../supervisor/system/engine-containers.ts";
import { removeProject } from "../supervisor/system/engine-project.ts";
import type { Addresses } from "./address.ts";
import { dockerChanges, type RunModel } from "./changes/docker-changes.ts";
import { containerActs } from "./container-acts.ts";
import { compose, findCompose, readCompose, referredTo, variablesOf, type ComposeRun } from "./docker/compose.ts";
import { containersOf, type Containers } from "./docker/containers.ts";
import { composeVersion } from "./tools/compose-plugin.ts";
import { bootWatch, engineVersion, publishesToAnyAddress, watchEngine, whyLost } from "./tools/container-engine.ts";
import { enginePowers } from "./tools/engine-powers.ts";
import { inspectImage, pinned, type ImageFacts } from "./docker/images.ts";
import { imageOf, interposed, proxyService } from "./docker/interpose.ts";
import type { ComposeModel } from "./docker/model.ts";
import { declaredPorts } from "./docker/nodes.ts";
import { planStack, type DockerPlan } from "./docker/plan.ts";
import { tellGivenUp, untilAllReady, whyNotReady, type TellNotReady } from "./docker/ready.ts";
import { assertSafe } from "./docker/refusals.ts";
import { addressesOf, openWays, proxyPlace } from "./docker/ways.ts";
import { assertClosed } from "./egress/closed-networks.ts";
import { assertMet, waysOut } from "./egress/egress.ts";
import { watchChildren } from "./embedded/child-watch.ts";
import type { BootContext } from "./embedded/context.ts";
import { containerEvidence, type ContainerMoment } from "./evidence/container-evidence.ts";
import { secretsInModel } from "./evidence/model-secrets.ts";
import { runQuery } from "./query.ts";
import { startReaper } from "./reaper/reaper.ts";
import { closeDoors, openDoors } from "./remote/engine-doors.ts";
import { placeOfEngine } from "./remote/engine-place.ts";
import { roundTrip } from "./round-trip.ts";
import { superusersOf } from "./clients/superuser.ts";
import type { Stack, Superuser } from "./stack.ts";
import { containerNodes } from "./volume/container-nodes.ts";

export interface DockerOptions {
  readonly supervisor: Supervisor;
  readonly run: string;
  /** Folder of the target's file. */
  readonly targetFolder: string;
  /** Variables of the compose files, from the user's environment and the command line. */
  readonly environment: Readonly<Record<string, string>>;
  /** What containers may be given that is not the run's own. */
  readonly allowance: ComposeAllowance;
  /** `address:port` pairs beyond loopback that queries may connect to; none when left out. */
  readonly allowed?: readonly string[];
  readonly onProgress: (note: string) => void;
  /** Told before a boot rejects because a service of the target was not ready: what came of the nodes up to then. */
  readonly onNotReady?: TellNotReady;
  /** Told once, by `engine-lost`, when the engine is lost while the stack is up. */
  readonly onLost?: (error: RoadworthyError) => void;
  /** Told of each start and end of a container while the stack is up. */
  readonly onMoment?: (moment: ContainerMoment) => void;
  /** Told what the compose files tell their services in confidence, before anything of them is started: what is printed must not take it into a log. */
  readonly onSecrets?: (secrets: readonly string[]) => void;
  readonly signal: AbortSignal;
}

const usualProxyImage = "ghcr.io/shopify/toxiproxy:2.5.0";
const buildWithinMs = 600_000;
const pullWithinMs = 300_000;
const upWithinMs = 180_000;
const proxyWithinMs = 10_000;
const resetLimitMs = 30_000;
const host = "127.0.0.1";
/** For ports of a machine that is not this one, which could not reach its loopback, and for doors that may be met at any address of the proxy. */
const everywhere = "0.0.0.0";

/**
 * Resolves when every node is ready. When one is not, everything that was made is removed before it rejects: `target-invalid`, `not-allowed`,
 * `tool-missing`, `stack-unavailable`, `port-taken`, `proxy-unavailable`, `target-not-ready`, `engine-lost`, or the signal's reason.
 */
export async function bootDocker(target: Target, options: DockerOptions): Promise<Stack> {
  if (target.compose === undefined) throw new RoadworthyError("target-invalid", `the target "${target.name}" names no compose files`, { where: "compose", hint: "name them in `compose.files`, or use --stack embedded" });
  const { endpoint, elsewhere } = await placeOfEngine(options.environment, options.allowance.engines);
  const engine = await engineVersion(endpoint);
  const program = findCompose(options.environment);
  const source = { spec: target.compose, targetFolder: options.targetFolder, environment: options.environment };
  const model = await readCompose(program, source);
  const told = referredTo(model, variablesOf(source));
  options.onSecrets?.(secretsInModel(model, { ...options.environment, ...told }));
  assertSafe(model, options.allowance, endpoint);
  const project: Project = { endpoint, run: options.run };
  const { supervisor } = options;
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  using watch = watchChildren(supervisor);
  using _engineWatch = watchEngine(endpoint, (error) => lost.abort(error), bootWatch);
  // Before anything is made: images that are built carry no label of a run, and stay.
  await supervisor.project(project);
  const run: ComposeRun = { program, file: join(supervisor.scratchFolder, "compose.json"), project: projectName(options.run), endpoint, run: options.run, environment: told };
  const bench: Bench = { target, options: { ...options, signal }, model, run, project, engine, elsewhere, context: { supervisor, watch, signal } };
  let reaper: Disposable | null = null;
  try {
    const beganUs = nowUs();
    reaper = await startReaper(project, bench.options);
    const images = await provideImages(bench);
    const stack = await bringUp(bench, images);
    const bootMs = (nowUs() - beganUs) / 1000;
    const versions = [engine, `Docker Compose ${await composeVersion(program)}`, `Toxiproxy ${await stack.proxy.version()}`, `Node ${process.versions.node}`];
    return stackOf(bench, { ...stack, reaper, bootMs, versions, images: imagesUsed(images) });
  } catch (error) {
    reaper?.[Symbol.dispose]();
    if (elsewhere !== null) await closeDoors(supervisor);
    const engineLost = options.signal.aborted ? null : await whyLost(endpoint);
    // One that is lost is waited for at the run's end.
    if (engineLost === null) await removeProject(project);
    throw engineLost ?? error;
  }
}

interface Bench {
  readonly target: Target;
  readonly options: DockerOptions;
  readonly model: ComposeModel;
  readonly run: ComposeRun;
  readonly project: Project;
  /** With its version. */
  readonly engine: string;
  /** Address of the other machine that the engine is on. */
  readonly elsewhere: string | null;
  readonly context: Pick<BootContext, "supervisor" | "watch" | "signal">;
}

/** Names of compose projects are in small letters. */
function projectName(run: string): string {
  return `roadworthy-${run.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-")}`;
}

/**
 * By service. What has a `build` is built when it has no name, which takes no time when nothing has changed, and when its image is not here; an image with a
 * name that is here is taken as it is, as compose does.
 */
async function provideImages(bench: Bench): Promise<Map<string, ImageFacts>> {
  const { model, run, options } = bench;
  const services = Object.entries(model.services);
  // Written anew with the plan, which needs to know the images.
  const images = Object.fromEntries(services.map(([name, service]) => [name, { image: imageOf(name, service), ...(service.build === undefined ? {} : { build: service.build }) }]));
  writeModel(run.file, { name: run.project, services: images, secrets: model.secrets ?? {} });
  const here = await inspectAll(bench);
  const built = services.filter(([name, service]) => service.build !== undefined && (service.image === undefined || !here.has(name))).map(([name]) => name);
  if (built.length > 0) options.onProgress(`building ${built.join(", ")}`);
  if (built.length > 0) await compose(bench.context, run, { what: "build", args: ["build", ...built], withinMs: buildWithinMs });
  const pulled = services.map(([name]) => name).filter((name) => !here.has(name) && !built.includes(name));
  if (pulled.length > 0) options.onProgress(`pulling the images of ${pulled.join(", ")}`);
  if (pulled.length > 0) await compose(bench.context, run, { what: "pull", args: ["pull", ...pulled], withinMs: pullWithinMs, images: pulled.flatMap((name) => model.services[name]?.image ?? []) });
  return built.length + pulled.length === 0 ? here : await inspectAll(bench);
}

async function inspectAll({ model, run }: Bench): Promise<Map<string, ImageFacts>> {
  const facts = await Promise.all(Object.entries(model.services).map(async ([name, service]) => [name, await inspectImage(run.endpoint, imageOf(name, service))] as const));
  return new Map(facts.flatMap(([name, found]) => (found === null ? [] : [[name, found] as const])));
}

/** Only this user may read it: the model holds the passwords of the stack. */
function writeModel(path: string, model: unknown): void {
  writeFileSync(path, JSON.stringify(model), { mode: 0o600 });
}

interface Up {
  readonly plan: DockerPlan;
  readonly containers: Containers;
  readonly addresses: Addresses;
  /** By node. */
  readonly superusers: ReadonlyMap<string, Superuser>;
  /** Any container that runs. */
  readonly sample: Inspected | undefined;
  readonly proxy: ProxyClient;
  readonly proxyUrl: string;
  /** What it was brought up from. */
  readonly own: RunModel;
}

async function bringUp(bench: Bench, images: ReadonlyMap<string, ImageFacts>): Promise<Up> {
  const { target, model, run, project, context, options, elsewhere } = bench;
  const ofImage = Object.fromEntries([...images].map(([service, { ports }]) => [service, ports]));
  const out = await waysOut(options.allowance.egress, model);
  const powers = await enginePowers(run.endpoint);
  assertMet(out, powers.meetMachine);
  const plan = planStack(target, model, { declared: declaredPorts(target), ofImage, out });
  const proxyImage = options.environment["TOXIPROXY_IMAGE"] ?? usualProxyImage;
  const own = interposed(pinned(model, images), plan, { run: options.run, project: run.project, proxyImage, publishOn: elsewhere === null ? host : everywhere });
  writeModel(run.file, own);
  const containers = containersOf(target, project, powers);
  options.onProgress("starting the proxy");
  // Its ways must be open before the first service looks for another one.
  await compose(context, run, { what: "proxy", args: ["up", "-d", "--no-build", proxyService], withinMs: upWithinMs, images: [`TOXIPROXY_IMAGE: ${proxyImage}`] });
  await assertClosed(project, { engine: bench.engine, allowance: options.allowance, onProgress: options.onProgress });
  const { proxy, proxyUrl, place } = await startProxy(bench, { plan, containers });
  await openWays(proxy, plan, place, (await publishesToAnyAddress(run.endpoint, bench.engine)) ? everywhere : undefined);
  options.onProgress(`starting ${Object.keys(model.services).join(", ")}`);
  const addresses = addressesOf({ target, model, plan, environment: run.environment }, place);
  const scene = { target, containers, addresses };
  try {
    // Podman names networks otherwise than compose expects, which would put a new proxy, without its ways, in the place of this one.
    await compose(context, run, { what: "services", args: ["up", "-d", "--no-build", "--no-recreate"], withinMs: upWithinMs });
  } catch (error) {
    await tellGivenUp(scene, error, options.onNotReady);
    throw error;
  }
  await untilAllReady(scene, { signal: options.signal, onNotReady: options.onNotReady });
  const sample = (await containers.all()).find(({ State: { Running: isRunning } }) => isRunning);
  const superusers = await superusersOf(target, addresses, options.supervisor.scratchFolder);
  return { plan, containers, addresses, superusers, sample, proxy, proxyUrl, own };
}

async function startProxy({ run, options, elsewhere, context }: Bench, { plan, containers }: { plan: DockerPlan; containers: Containers }): Promise<Pick<Up, "proxy" | "proxyUrl"> & { place: ReturnType<typeof proxyPlace> }> {
  const [container] = await containers.ofService(proxyService);
  if (container === undefined) throw new RoadworthyError("proxy-unavailable", "the proxy has no container", { hint: "see the engine's own log" });
  const published = Object.values(container.NetworkSettings.Ports ?? {}).flatMap((bindings) => (bindings ?? []).slice(0, 1).map(({ HostPort: port }) => Number(port)));
  const doors = elsewhere === null ? null : await openDoors(context, { elsewhere, ports: published });
  const place = proxyPlace(run.project, container, (port) => doors?.get(port) ?? port);
  const address = { host, port: place.published(plan.controlPort) };
  const answers = async (): Promise<true | undefined> => {
    try {
      await roundTrip({ speak: "http", path: "/version", status: [200] }, address, 1_000);
      return true;
    } catch {
      return undefined;
    }
  };
  const isUp = await poll(answers, { intervalMs: 50, deadlineUs: nowUs() + proxyWithinMs * 1000, signal: options.signal });
  if (isUp === undefined) {
    const said = await containers.lastLines(container.Id, 12);
    throw new RoadworthyError("proxy-unavailable", `the proxy did not answer within ${proxyWithinMs / 1000} s; it printed: ${said.join("\n") || "nothing"}`, { hint: "TOXIPROXY_IMAGE must name an image of the real Toxiproxy" });
  }
  return { proxy: connectProxy(formatAddress(address)), proxyUrl: `http://${formatAddress(address)}`, place };
}

function imagesUsed(images: ReadonlyMap<string, ImageFacts>): ImageUse[] {
  return [...images].map(([service, { name, id, digest }]) => ({ service, image: name, digest, id }));
}

function stackOf(bench: Bench, up: Up & { reaper: Disposable | null } & Pick<Stack, "bootMs" | "versions" | "images">): Stack {
  const { target, project, options, elsewhere, run } = bench;
  const scene = { target, containers: up.containers, addresses: up.addresses };
  const guard = guardOf(options.allowed ?? []);
  const changes = dockerChanges({ supervisor: options.supervisor, run: options.run, compose: run, model: up.own, scene, plan: up.plan, superusers: up.superusers, proxy: up.proxy, guard, signal: options.signal });
  let ended: Promise<void> | null = null;
  let isLost = false;
  const watch = watchEngine(project.endpoint, (error) => {
    isLost = true;
    options.onLost?.(error);
  });
  const evidence = containerEvidence(target, up.containers, options.onMoment ?? (() => {}));
  const end = async (): Promise<void> => {
    watch[Symbol.dispose]();
    evidence[Symbol.dispose]();
    up.reaper?.[Symbol.dispose]();
    if (elsewhere !== null) await closeDoors(options.supervisor);
    // What cannot be removed is tried again at the run's end, and named there: an engine that is lost is waited for only once.
    if (!isLost) await removeProject(project);
  };
  return {
    target,
    runtime: "docker",
    run: options.run,
    targetFolder: options.targetFolder,
    guard,
    proxyKind: "toxiproxy",
    nodes: containerNodes(bench, { scene, superusers: up.superusers }),
    links: new Map(Object.entries(target.links).map(([name, spec]) => [name, { name, spec }])),
    addresses: up.addresses,
    supervisor: options.supervisor,
    acts: containerActs(up.containers, up.sample),
    changes,
    containers: up.containers,
    proxy: up.proxy,
    proxyUrl: up.proxyUrl,
    versions: up.versions,
    images: up.images,
    evidence,
    bootMs: up.bootMs,
    whyNotReady: (node) => whyNotReady(scene, node),
    reset: async () => {
      await changes.undo();
      // In their order: what refers to something is emptied before it.
      for (const query of target.reset) await runQuery(query, up.addresses, { timeoutMs: resetLimitMs, guard });
    },
    [Symbol.asyncDispose]: () => (ended ??= end()),
  };
}
