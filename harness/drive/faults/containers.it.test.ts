/** Faults on real containers, where there is an engine: each is felt, healed, and healed without the harness as well. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { dice, freshToken } from "../../base/random.ts";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { nowUs, timeoutSignal } from "../../base/time.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { bootDocker } from "../stack/docker.ts";
import { readersOptions, readersTarget, writeReaders } from "../stack/docker/readers.fixture.ts";
import { testImages } from "../stack/docker/test-images.fixture.ts";
import type { Stack } from "../stack/stack.ts";
import { engineEndpoint, engineVersion } from "../stack/tools/container-engine.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import type { Inspected } from "../supervisor/system/engine-containers.ts";
import { sameLimit } from "../supervisor/system/engine-undo.ts";
import { askEngine } from "../supervisor/system/engine.ts";
import type { ActiveFault } from "./fault.ts";
import { injectFault, unavailableFault } from "./index.ts";

const idSchema = z.object({ Id: z.string() });
const endpoint = engineEndpoint();
const images = await engineVersion(endpoint).then(
  () => testImages(endpoint),
  () => null,
);

const specs: { spec: FaultSpec; felt: RegExp }[] = [
  { spec: { kind: "link-down", links: ["one-store"] }, felt: /a fresh connection through one-store: / },
  { spec: { kind: "link-latency", links: ["one-store"], delay: "150ms", jitter: "0ms" }, felt: /took/ },
  { spec: { kind: "node-stop", node: "store", mode: "fast" }, felt: /^ended: roadworthy-\S+-store-1 \(exit code 0\)$/ },
  // It takes no notice of a request to end.
  { spec: { kind: "node-stop", node: "one", mode: "fast" }, felt: /^ended: roadworthy-\S+-one-1 \(exit code 137\)$/ },
  // Its restart policy is the system's own repair: a kill that the engine takes for a wish would keep it from that.
  { spec: { kind: "node-kill", node: "store" }, felt: /^ended: roadworthy-\S+-store-1 \((?:exit code 137|started again)\)$/ },
  { spec: { kind: "node-pause", node: "store" }, felt: /^paused: roadworthy-\S+-store-1$/ },
  { spec: { kind: "node-disconnect", node: "store" }, felt: /^in no network: / },
  { spec: { kind: "node-limit", node: "store", cpus: 0.5, memoryMiB: 64 }, felt: /store-1: 0.5 processors, 64 MiB/ },
];

/** Its first process takes no notice of a request to end, and nobody would start it again. */
const slow = `
services:
  slow: { image: "\${BUSYBOX}", command: ["sh", "-c", "sleep 600 & exec sleep 601"] }
`;
const target = targetSchema.parse({ ...readersTarget, compose: { files: ["docker-compose.yml", "slow.yml"] }, nodes: { ...readersTarget.nodes, slow: { kind: "container" } } });

const context = () => ({ holdMs: 5_000, roll: dice(7, "faults"), signal: timeoutSignal(20_000) });

describe.skipIf(images === null)("on containers", () => {
  const folder = temporaryFolder();
  let supervisor: Supervisor;
  let stack: Stack;
  const store = async (): Promise<Inspected | undefined> => (await stack.containers?.of("store"))?.[0];

  beforeAll(async () => {
    writeReaders(folder.path);
    writeFileSync(join(folder.path, "slow.yml"), slow);
    const run = `faults-${freshToken(8)}`;
    supervisor = await startSupervisor({ run, stateFolder: folder.path });
    stack = await bootDocker(target, readersOptions(supervisor, { run, folder: folder.path, images: images ?? { busybox: "", toxiproxy: "" } }));
  });

  afterAll(async () => {
    await supervisor.close();
    folder[Symbol.dispose]();
  });

  test.each(specs)("$spec.kind is felt, and gone once it is healed", async ({ spec, felt }) => {
    const why = unavailableFault(spec, stack);
    if (why !== null) {
      expect(`${spec.kind}: ${why}`).toMatch(/^node-(?:pause|limit): .*control group/);
      expect(Object.values(stack.containers?.powers ?? {})).toContain(why);
      return;
    }
    const before = await store();
    const active = await injectFault(spec, stack, context());
    expect((await active.untilActive(timeoutSignal(15_000))).what).toMatch(felt);
    await active[Symbol.asyncDispose]();
    await active[Symbol.asyncDispose]();
    expect((await active.untilHealed(timeoutSignal(15_000))).seen).toBe(true);
    const after = await store();
    expect(after?.State).toMatchObject({ Running: true, Paused: false });
    expect(Object.keys(after?.NetworkSettings.Networks ?? {})).toEqual(Object.keys(before?.NetworkSettings.Networks ?? {}));
    for (const name of ["Memory", "MemorySwap", "CpuQuota"] as const) expect(sameLimit(after?.HostConfig[name] ?? 0, before?.HostConfig[name] ?? 0), name).toBe(true);
  });

  test("a killed node with a restart policy is back before anybody heals it, by whatever way it was killed", async () => {
    const before = await store();
    const active = await injectFault({ kind: "node-kill", node: "store" }, stack, context());
    await active.untilActive(timeoutSignal(15_000));
    expect((await active.untilHealed(timeoutSignal(15_000))).seen).toBe(true);
    expect((await store())?.State.StartedAt).not.toBe(before?.State.StartedAt);
    await active[Symbol.asyncDispose]();
  });

  test("a killed container is started by its own restart policy, where its processes are in reach", async () => {
    if (stack.acts.noProcesses !== null) {
      expect(stack.acts.noProcesses).toMatch(/engine|another user/);
      return;
    }
    const before = await store();
    const active = await injectFault({ kind: "process-kill", node: "store", count: 1, first: true }, stack, context());
    expect((await active.untilHealed(timeoutSignal(15_000))).seen).toBe(true);
    expect((await store())?.RestartCount).toBe((before?.RestartCount ?? 0) + 1);
    await active[Symbol.asyncDispose]();
  });

  test("a container whose first process is asked to end and has not when it is healed is started anew: it would end later, and stay down", async () => {
    if (stack.acts.noProcesses !== null) {
      expect(stack.acts.noProcesses).toMatch(/engine|another user/);
      return;
    }
    const startedAt = async (): Promise<string | undefined> => (await stack.containers?.of("slow"))?.[0]?.State.StartedAt;
    const end = (command: string): Promise<ActiveFault> => injectFault({ kind: "process-terminate", node: "slow", command, count: 1, first: true }, stack, context());
    const before = await startedAt();
    await (await end("sleep 600"))[Symbol.asyncDispose]();
    expect(await startedAt()).toBe(before);
    const active = await end("sleep 601");
    await active[Symbol.asyncDispose]();
    expect((await active.untilHealed(timeoutSignal(15_000))).seen).toBe(true);
    expect(await startedAt()).not.toBe(before);
  });

  test("a process of a container is stopped where it is, and goes on", async () => {
    if (stack.acts.noProcesses !== null) {
      expect(stack.acts.noProcesses).toMatch(/engine|another user/);
      return;
    }
    const active = await injectFault({ kind: "process-pause", node: "store", command: "httpd", count: 1, first: false }, stack, context());
    expect((await active.untilActive(timeoutSignal(5_000))).what).toMatch(/^stopped: process \d+$/);
    expect(await stack.whyNotReady("store")).not.toBeNull();
    await active[Symbol.asyncDispose]();
    expect((await active.untilHealed(timeoutSignal(5_000))).seen).toBe(true);
    expect(await stack.whyNotReady("store")).toBeNull();
  });

  test("R5: faults end when their leases run out, without the harness", async () => {
    const all: FaultSpec[] = [
      { kind: "node-pause", node: "store" },
      { kind: "node-disconnect", node: "one" },
      { kind: "node-limit", node: "one", memoryMiB: 32 },
      { kind: "node-stop", node: "other", mode: "fast" },
    ];
    const faults = all.filter((spec) => unavailableFault(spec, stack) === null);
    const beganUs = nowUs();
    const healed: boolean[] = [];
    const done = Promise.withResolvers<void>();
    using _listening = supervisor.onNotice((notice) => {
      if (notice.notice === "lease-expired" && notice.atUs > beganUs) healed.push(notice.healed);
      if (healed.length === faults.length) done.resolve();
    });
    const active = await Promise.all(faults.map((spec) => injectFault(spec, stack, { ...context(), holdMs: -500 })));
    await done.promise;
    expect(healed).toEqual(faults.map(() => true));
    for (const fault of active) expect((await fault.untilHealed(timeoutSignal(5_000))).seen).toBe(true);
    const [one] = (await stack.containers?.of("one")) ?? [];
    expect(Object.keys(one?.NetworkSettings.Networks ?? {})).toHaveLength(1);
    expect(sameLimit(one?.HostConfig.Memory ?? 1, 0)).toBe(true);
    for (const fault of active) await fault[Symbol.asyncDispose]();
  });

  test("R37: a container that is not the run's is not touched", async () => {
    const { text } = await askEngine(endpoint, { method: "POST", path: "/containers/create", body: { Image: images?.busybox, Cmd: ["sleep", "1"] }, withinMs: 5_000 });
    const stranger = idSchema.parse(JSON.parse(text)).Id;
    const act = stack.containers?.act(stranger, { path: "/containers/{id}/start", done: [204], withinMs: 5_000 });
    await expect(act).rejects.toMatchObject({ code: "not-allowed", message: expect.stringContaining("does not belong to run") });
    const lease = await supervisor.lease({ do: "engine", endpoint, run: stack.run, container: stranger, to: { be: "running" } }, 10_000);
    await expect(lease.release()).rejects.toMatchObject({ message: expect.stringContaining("does not belong to run") });
    const { status } = await askEngine(endpoint, { method: "DELETE", path: `/containers/${stranger}`, withinMs: 5_000 });
    expect(status).toBe(204);
  });

  test("what only our own stores have says so", () => {
    expect(unavailableFault({ kind: "disk-full", node: "store" }, stack)).toMatch(/is no store/);
    expect(unavailableFault({ kind: "node-kill", node: "nobody" }, stack)).toMatch(/no node/);
  });
});
