/** One real project with all that compose files have, on a real engine that counts as another machine: it is read as it is, and nothing leaves it but what may. */

import { createServer } from "node:http";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { freshToken } from "../../base/random.ts";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { nowUs, poll } from "../../base/time.ts";
import { allowFileSchema } from "../../scenario/target/allow.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import type { Inspected } from "../supervisor/system/engine-containers.ts";
import { askEngine } from "../supervisor/system/engine.ts";
import { bootDocker } from "./docker.ts";
import { relayEngine, type EngineRelay } from "./docker/engine-relay.fixture.ts";
import { kindsTarget, writeKinds } from "./docker/kinds.fixture.ts";
import { readersOptions } from "./docker/readers.fixture.ts";
import { testImages } from "./docker/test-images.fixture.ts";
import type { Stack } from "./stack.ts";
import { engineEndpoint, engineVersion } from "./tools/container-engine.ts";
import { enginePowers, type EnginePowers } from "./tools/engine-powers.ts";

const endpoint = engineEndpoint();
const images = await engineVersion(endpoint).then(
  () => testImages(endpoint),
  () => null,
);
const reason = "a test";

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address));
}

async function becomes(what: () => Promise<boolean>, withinMs = 15_000): Promise<boolean> {
  return (await poll(async () => ((await what()) ? true : undefined), { intervalMs: 100, deadlineUs: nowUs() + withinMs * 1000 })) ?? false;
}

describe.skipIf(images === null)("a project of all kinds", () => {
  const folder = temporaryFolder();
  const kept = `roadworthy-it-${freshToken(8)}`;
  const outside = createServer((_request, response) => response.end("outside\n"));
  let relay: EngineRelay;
  let powers: EnginePowers;
  let supervisor: Supervisor;
  let stack: Stack;
  const of = async (service: string): Promise<readonly Inspected[]> => (await stack.containers?.ofService(service)) ?? [];
  const lines = async (service: string, count = 1): Promise<string[][]> => await Promise.all((await of(service)).map(async ({ Id: id }) => (await stack.containers?.lastLines(id, count)) ?? []));
  const prints = (service: string, line: string, replicas = 1): Promise<boolean> => becomes(async () => JSON.stringify(await lines(service)) === JSON.stringify(Array.from({ length: replicas }, () => [line])));

  /** Of this machine in a network that nobody is in; without root the engine's networks are not where this test runs, and any other address has to do. */
  async function ownAddress(): Promise<string> {
    await askEngine(endpoint, { method: "POST", path: "/networks/create", body: { Name: kept }, withinMs: 5_000 });
    const { text } = await askEngine(endpoint, { method: "GET", path: `/networks/${kept}`, withinMs: 5_000 });
    const there = networkSchema.parse(JSON.parse(text)).IPAM.Config[0]?.Gateway ?? "";
    const own = ownAddresses();
    return own.includes(there) ? there : (own[0] ?? there);
  }

  beforeAll(async () => {
    writeKinds(folder.path);
    outside.listen(0, "0.0.0.0");
    await once(outside, "listening");
    const place = outside.address();
    const port = typeof place === "object" && place !== null ? place.port : 0;
    await askEngine(endpoint, { method: "POST", path: "/volumes/create", body: { Name: kept }, withinMs: 5_000 });
    const run = `kinds-${freshToken(8)}`;
    supervisor = await startSupervisor({ run, stateFolder: folder.path });
    const options = readersOptions(supervisor, { run, folder: folder.path, images: images ?? { busybox: "", toxiproxy: "" } });
    const own = ownAddresses();
    powers = await enginePowers(endpoint);
    const limits = powers.limitProcessors === null ? { CPUS: "0.5", MEMORY: "64M" } : { CPUS: "0", MEMORY: "0" };
    relay = await relayEngine(endpoint, await ownAddress());
    const environment = { ...options.environment, ...limits, DOCKER_HOST: relay.endpoint, KEPT: kept, OUTSIDE: String(port), ADDRESSES: own.slice(0, 3).join(" ") };
    const allowance = allowFileSchema.parse({ compose: { engines: [{ ...relay.at, reason }], volumes: [{ name: kept, reason }], egress: powers.meetMachine === null ? [{ host: "host.docker.internal", port, services: ["guest"], reason }] : [] } }).compose;
    stack = await bootDocker(kindsTarget, { ...options, environment, allowance });
  });

  afterAll(async () => {
    await supervisor.close();
    await relay[Symbol.asyncDispose]();
    await askEngine(endpoint, { method: "DELETE", path: `/networks/${kept}`, withinMs: 5_000 });
    await askEngine(endpoint, { method: "DELETE", path: `/volumes/${kept}`, withinMs: 5_000 });
    outside.close();
    folder[Symbol.dispose]();
  });

  test("every client meets its server by the name that it knows: alias, container name, link, service, shared network", async () => {
    expect(await prints("worker", "hello", 2)).toBe(true);
    expect(await prints("visitor", "hello")).toBe(true);
    expect(await prints("api", "hello")).toBe(true);
    expect(await prints("runner", "queued")).toBe(true);
    expect(await prints("sidecar", "built whispered aloud from hello")).toBe(true);
    expect((await of("mail")).length).toBe(0);
  });

  test("R38: nobody reaches the machine or what is beyond it, but who may, where he may", async () => {
    expect(await prints("guest", powers.meetMachine === null ? "outside" : "failed")).toBe(true);
    const said = async (word: string): Promise<string[]> => (await lines("prisoner", 50))[0]?.filter((line) => line.startsWith(word)) ?? [];
    expect(await becomes(async () => (await said("tried")).length > 0)).toBe(true);
    expect(await said("reached")).toEqual([]);
  });

  test("cutting off the workers hits all of them, and nobody else", async () => {
    await stack.proxy.setEnabled("worker-shelf", false);
    expect(await prints("worker", "failed", 2)).toBe(true);
    expect([await lines("visitor"), await lines("api"), await lines("runner")]).toEqual([[["hello"]], [["hello"]], [["queued"]]]);
    await stack.proxy.setEnabled("worker-shelf", true);
    expect(await prints("worker", "hello", 2)).toBe(true);
  });

  test("a server that comes back at another address is found again, and whoever calls it sees the same one as before", async () => {
    const [store] = await of("store");
    const [stranger] = await of("runner");
    const [network = "", before] = Object.entries(store?.NetworkSettings.Networks ?? {})[0] ?? [];
    const names = async (): Promise<unknown> => (await of("worker")).map(({ NetworkSettings }) => NetworkSettings.Networks);
    const seen = { links: structuredClone(stack.addresses.links), workers: await names() };
    const act = async (id: string, path: string, body?: unknown): Promise<void> => await stack.containers?.act(id, { path, body, done: [200, 204], withinMs: 15_000 });
    await act(store?.Id ?? "", "/containers/{id}/kill?signal=SIGKILL");
    expect(await prints("worker", "failed", 2)).toBe(true);
    // The stranger takes its place.
    await act(stranger?.Id ?? "", `/networks/${network}/connect`, { Container: stranger?.Id });
    await act(store?.Id ?? "", "/containers/{id}/start");
    expect(await prints("worker", "hello", 2)).toBe(true);
    const after = (await of("store"))[0]?.NetworkSettings.Networks?.[network];
    expect(after?.IPAddress).not.toBe(before?.IPAddress);
    expect({ links: stack.addresses.links, workers: await names() }).toEqual(seen);
    expect(await becomes(async () => (await stack.whyNotReady("shelf")) === null)).toBe(true);
    await act(stranger?.Id ?? "", `/networks/${network}/disconnect`, { Container: stranger?.Id, Force: true });
  });

  test("an engine on another machine is met through doors on this one, which are all that anybody connects to", () => {
    const places = [...Object.values(stack.addresses.nodes).flatMap(({ ports }) => Object.values(ports)), ...Object.values(stack.addresses.links)];
    expect(new Set(places.map(({ host }) => host))).toEqual(new Set(["127.0.0.1"]));
    expect(stack.containers?.project.endpoint).toBe(relay.endpoint);
  });

  test("limits of the compose file are the containers' own", async () => {
    expect((await of("api"))[0]?.HostConfig).toMatchObject(powers.limitProcessors === null ? { NanoCpus: 500_000_000, Memory: 64 * 1024 * 1024 } : { NanoCpus: 0, Memory: 0 });
  });

  test("its volumes are gone with it, named or not, and the one that was there before is not", async () => {
    const [store] = await of("store");
    const { text } = await askEngine(endpoint, { method: "GET", path: `/containers/${store?.Id ?? ""}/json`, withinMs: 5_000 });
    const mounts = mountsSchema.parse(JSON.parse(text)).Mounts.map(({ Name: name }) => name);
    expect(mounts).toHaveLength(3);
    expect(mounts).not.toContain("the-data");
    await stack[Symbol.asyncDispose]();
    const left = await Promise.all(mounts.map(async (name) => ((await askEngine(endpoint, { method: "GET", path: `/volumes/${name}`, withinMs: 5_000 })).status === 404 ? [] : [name])));
    expect(left.flat()).toEqual([kept]);
    expect(await supervisor.close()).toEqual({ complete: true, left: [] });
  });
});

const networkSchema = z.object({ IPAM: z.object({ Config: z.array(z.object({ Gateway: z.string() })) }) });
const mountsSchema = z.object({ Mounts: z.array(z.object({ Name: z.string() })) });
