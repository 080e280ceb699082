/** On a real engine, where there is one: containers of a compose file that knows nothing of us, and a real Toxiproxy in a container. */

import { expect, test } from "vitest";
import { freshToken } from "../../base/random.ts";
import { spawnModule, temporaryFolder } from "../../base/spawned.fixture.ts";
import { nowUs, poll } from "../../base/time.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { healInterrupted } from "../supervisor/heal.ts";
import { listContainers, type Inspected } from "../supervisor/system/engine-containers.ts";
import { askEngine } from "../supervisor/system/engine.ts";
import { bootDocker } from "./docker.ts";
import { proxyService } from "./docker/interpose.ts";
import { readersOptions, readersTarget, writeReaders } from "./docker/readers.fixture.ts";
import { testImages } from "./docker/test-images.fixture.ts";
import type { Stack } from "./stack.ts";
import { engineEndpoint, engineVersion } from "./tools/container-engine.ts";

const endpoint = engineEndpoint();
const isHere = await engineVersion(endpoint).then(
  () => true,
  () => false,
);
const images = isHere ? await testImages(endpoint) : null;

/** Containers, networks and volumes of the run, by the engine's own word. */
async function things(run: string): Promise<number> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`org.roadworthy.run=${run}`] }));
  const containers = await listContainers({ endpoint, run });
  const networks = await askEngine(endpoint, { method: "GET", path: `/networks?filters=${filters}`, withinMs: 5_000 });
  const volumes = await askEngine(endpoint, { method: "GET", path: `/volumes?filters=${filters}`, withinMs: 5_000 });
  const lists: unknown[][] = [containers, JSON.parse(networks.text), JSON.parse(volumes.text).Volumes ?? []];
  return lists.flat().length;
}

async function lastOf(stack: Stack, node: string): Promise<string | undefined> {
  const [reader] = (await stack.containers?.of(node)) ?? [];
  return (await stack.containers?.lastLines(reader?.Id ?? "", 1))?.[0];
}

async function becomes(what: () => Promise<boolean>, withinMs = 10_000): Promise<boolean> {
  return (await poll(async () => ((await what()) ? true : undefined), { intervalMs: 100, deadlineUs: nowUs() + withinMs * 1000 })) ?? false;
}

test.skipIf(images === null)("a compose file, unchanged: each client goes through a link of its own, and all of it is gone afterwards", async () => {
  using folder = temporaryFolder();
  writeReaders(folder.path);
  const run = `docker-${freshToken(8)}`;
  await using supervisor = await startSupervisor({ run, stateFolder: folder.path });
  const stack = await bootDocker(readersTarget, readersOptions(supervisor, { run, folder: folder.path, images: images ?? { busybox: "", toxiproxy: "" } }));
  expect(await becomes(async () => (await lastOf(stack, "one")) === "hello" && (await lastOf(stack, "other")) === "hello")).toBe(true);

  await stack.proxy.setEnabled("one-store", false);
  expect(await becomes(async () => (await lastOf(stack, "one")) === "failed")).toBe(true);
  expect(await lastOf(stack, "other")).toBe("hello");
  await stack.proxy.setEnabled("one-store", true);
  expect(await becomes(async () => (await lastOf(stack, "one")) === "hello")).toBe(true);

  // Only the proxy is met from outside, on this machine alone, and at the same places after a restart of what is behind it.
  const containers = await Promise.all(["store", "one", "other", proxyService].map(async (service) => (await stack.containers?.ofService(service)) ?? []));
  const published = containers.flat().flatMap((container) => Object.values(container.NetworkSettings.Ports ?? {}).flatMap((bindings) => (bindings ?? []).map(({ HostIp: host }) => `${container.Config.Labels?.["org.roadworthy.service"]} ${host}`)));
  expect(new Set(published)).toEqual(new Set([`${proxyService} 127.0.0.1`]));
  const store: Inspected | undefined = containers[0]?.[0];
  expect(store?.Name).not.toBe("/the-store");

  // R5: who kills it and says nothing any more has it brought back.
  const lease = await supervisor.lease({ do: "engine", endpoint, run, container: store?.Id ?? "", to: { be: "running" } }, 60_000);
  await stack.containers?.act(store?.Id ?? "", { path: "/containers/{id}/kill?signal=SIGKILL", done: [204], withinMs: 5_000 });
  expect(await becomes(async () => (await stack.whyNotReady("store")) !== null)).toBe(true);
  await lease.release();
  expect(await becomes(async () => (await stack.whyNotReady("store")) === null)).toBe(true);

  expect(await things(run)).toBeGreaterThan(8);
  await stack[Symbol.asyncDispose]();
  expect(await things(run)).toBe(0);
  expect(await supervisor.close()).toEqual({ complete: true, left: [] });
});

test.skipIf(images === null)("R1: killed in the middle of the boot, it leaves nothing", async () => {
  using folder = temporaryFolder();
  writeReaders(folder.path);
  const run = `docker-${freshToken(8)}`;
  await using harness = spawnModule("harness/drive/stack/docker/stand-in.fixture", { run, folder: folder.path, stateFolder: folder.path, images });
  let note = "";
  while (!note.startsWith("starting store") && !note.startsWith("starting one")) note = await harness.line();
  expect(await becomes(async () => (await things(run)) > 6)).toBe(true);
  harness.kill("SIGKILL");
  expect(await becomes(async () => (await things(run)) === 0, 20_000)).toBe(true);
  await harness.ended;
  expect(await becomes(async () => (await healInterrupted({ stateFolder: folder.path })).every(({ complete }) => complete))).toBe(true);
  expect(await things(run)).toBe(0);
});
