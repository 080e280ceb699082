/** When a node in containers counts as ready: they run, their health checks say so, and it answers. */

import { parseDurationMs } from "../../../base/duration.ts";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { nowUs, wait } from "../../../base/time.ts";
import type { Ready } from "../../../scenario/target/node.ts";
import type { Target } from "../../../scenario/target/target.ts";
import type { Inspected } from "../../supervisor/system/engine-containers.ts";
import { nodeAccess, type Addresses } from "../address.ts";
import { languageOf, roundTrip, type Language } from "../round-trip.ts";
import type { BootedNodes } from "../embedded.ts";
import { culpritOf } from "./compose-failure.ts";
import type { Containers } from "./containers.ts";
import { specOf } from "./nodes.ts";

export interface ReadyScene {
  readonly target: Target;
  readonly containers: Containers;
  readonly addresses: Addresses;
}

const exchangeLimitMs = 1_000;
const lookEveryMs = 100;
const usuallyWithinMs = 60_000;
const shownLines = 12;
const longestSaid = 200;
const searchedLines = 500;

/** null when it is ready now, else why it is not. */
export async function whyNotReady({ target, containers, addresses }: ReadyScene, node: string): Promise<string | null> {
  const found = await containers.of(node);
  if (found.length === 0) return "it has no container";
  const access = nodeAccess(addresses, node);
  const ready = readyOf(target, node);
  // Where it can be asked itself, nobody waits for the first of its health checks, which comes a whole interval after its start.
  const asks = ready !== null || access.kind !== "process";
  const ill = found.map((container) => whyNotWell(container, { asks })).find((why) => why !== null);
  if (ill !== undefined) return ill;
  if (ready?.by === "log") return await untold(found, new RegExp(ready.line), containers);
  const isChecked = found.every((container) => container.State.Health !== null);
  const address = access.ports[ready?.port ?? "main"];
  // What is asked for by nobody, and has a health check of its own, has been asked enough.
  if (address === undefined || (ready === null && access.kind === "process" && isChecked)) return null;
  const language: Language = ready?.by === "http" ? { speak: "http", path: ready.path, status: ready.status } : languageOf(access);
  try {
    await roundTrip(language, address, exchangeLimitMs);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

export type TellNotReady = (nodes: BootedNodes, error: RoadworthyError) => void;

/** Rejects as soon as one is too late, which ends the waiting for all others; `onNotReady` is told before when that says something of the target. */
export async function untilAllReady(scene: ReadyScene, { signal, onNotReady }: { readonly signal: AbortSignal; readonly onNotReady: TellNotReady | undefined }): Promise<void> {
  const failed = new AbortController();
  const failures: { node: string; error: unknown }[] = [];
  const ready: string[] = [];
  const watch = async (node: string): Promise<void> => {
    try {
      await untilReady(scene, node, AbortSignal.any([signal, failed.signal]));
      ready.push(node);
    } catch (error) {
      failures.push({ node, error });
      failed.abort(error);
    }
  };
  await Promise.all(Object.keys(scene.target.nodes).map(watch));
  const [first] = failures;
  if (first === undefined) return;
  await tellNotReady(scene, { ready, ...first }, onNotReady);
  throw first.error;
}

/** A store that is late, an image or a port that cannot be had is the machine's trouble, and says nothing of the target; nor does a service that waits for such a store. */
async function tellNotReady(scene: ReadyScene, { ready, node, error }: { ready: readonly string[]; node: string; error: unknown }, onNotReady: TellNotReady | undefined): Promise<void> {
  if (isStore(scene.target, node) || !(error instanceof RoadworthyError) || error.code !== "target-not-ready") return;
  if (await waitsForOthers(scene, node)) return;
  onNotReady?.({ ready, notReady: [node] }, error);
}

/** All start at once here, and a service may be given less time than what it needs: whether that was there, is asked when it is late. */
async function waitsForOthers(scene: ReadyScene, node: string): Promise<boolean> {
  const { target } = scene;
  const needed = new Set([...specOf(target, node).needs, ...Object.keys(target.nodes).filter((each) => isStore(target, each))]);
  const reasons = await Promise.all([...needed].map((each) => whyNotReady(scene, each)));
  return reasons.some((why) => why !== null);
}

function isStore(target: Target, node: string): boolean {
  const { kind } = specOf(target, node);
  return kind === "postgres" || kind === "redis";
}

/** Compose waits for some services before it starts others, and gives up by itself: the same is told of the node that it gave up for. */
export async function tellGivenUp(scene: ReadyScene, error: unknown, onNotReady: TellNotReady | undefined): Promise<void> {
  const culprit = culpritOf(error);
  if (culprit === null) return;
  const isCulprit = ({ Name: name }: Inspected): boolean => name === `/${culprit}`;
  const ready: string[] = [];
  let given: string | null = null;
  for (const node of Object.keys(scene.target.nodes)) {
    if ((await scene.containers.of(node)).some(isCulprit)) given = node;
    else if ((await whyNotReady(scene, node)) === null) ready.push(node);
  }
  if (given !== null) await tellNotReady(scene, { ready, node: given, error }, onNotReady);
}

/** Of one of several: what can be asked of it alone. null when that is as it should be. */
export async function whyNotReadyOne({ target, containers }: ReadyScene, node: string, { Id: id }: Inspected): Promise<string | null> {
  const container = (await containers.of(node)).find((each) => each.Id === id);
  const ill = container === undefined ? "it is gone" : whyNotWell(container, { asks: false });
  const ready = readyOf(target, node);
  return ill === null && container !== undefined && ready?.by === "log" ? await untold([container], new RegExp(ready.line), containers) : ill;
}

/** Rejects with `target-not-ready`, with what its containers printed last. */
export async function untilReady(scene: ReadyScene, node: string, signal: AbortSignal): Promise<void> {
  const ready = readyOf(scene.target, node);
  const withinMs = ready === null ? usuallyWithinMs : parseDurationMs(ready.within);
  const deadlineUs = nowUs() + withinMs * 1000;
  for (;;) {
    signal.throwIfAborted();
    const why = await whyNotReady(scene, node);
    if (why === null) return;
    if (nowUs() >= deadlineUs) throw await notReady(scene, { node, why, withinMs });
    await wait(lookEveryMs, signal);
  }
}

function whyNotWell({ Name: name, State: state }: Inspected, { asks }: { asks: boolean }): string | null {
  const who = name.replace(/^\//, "");
  if (state.Paused) return `${who} is paused`;
  if (!state.Running || state.Restarting) return `${who} does not run${state.ExitCode === 0 ? "" : `: it ended with ${state.ExitCode}`}`;
  if (state.Health === null || state.Health.Status === "healthy") return null;
  if (asks && state.Health.Status === "starting") return null;
  const said = state.Health.Log?.at(-1)?.Output?.trim() ?? "";
  return `the health check of ${who} says ${state.Health.Status}${said === "" ? "" : `: ${cutAtWord(said)}`}`;
}

/** A part of a secret would be known by nobody. */
function cutAtWord(text: string): string {
  return text.length <= longestSaid ? text : `${text.slice(0, longestSaid).replace(/\S*$/, "")}… (cut)`;
}

function readyOf(target: Target, node: string): Ready | null {
  const spec = specOf(target, node);
  return spec.kind === "process" || spec.kind === "container" ? (spec.ready ?? null) : null;
}

async function untold(found: readonly Inspected[], pattern: RegExp, containers: Containers): Promise<string | null> {
  for (const { Id: id } of found) if (!(await containers.lastLines(id, searchedLines)).some((line) => pattern.test(line))) return `no line matches ${pattern}`;
  return null;
}

async function notReady({ containers }: ReadyScene, { node, why, withinMs }: { node: string; why: string; withinMs: number }): Promise<RoadworthyError> {
  const found = await containers.of(node);
  const lines = (await Promise.all(found.map(({ Id: id }) => containers.lastLines(id, shownLines)))).flat();
  const said = lines.length === 0 ? "; it printed nothing" : `; it printed:\n${lines.slice(-shownLines).join("\n")}`;
  return new RoadworthyError("target-not-ready", `${node} was not ready within ${withinMs / 1000} s: ${why}${said}`, { where: node, hint: "see what it printed, or give it more time with `ready.within`" });
}
