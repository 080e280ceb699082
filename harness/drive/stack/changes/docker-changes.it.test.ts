/** Scale, rolling deploy and roll back of containers, on a real engine, where there is one. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freshToken } from "../../../base/random.ts";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { nowUs, poll, timeoutSignal } from "../../../base/time.ts";
import type { JsonEvent } from "../../../log/event.ts";
import type { RollingDeploy } from "../../../scenario/drill/operation.ts";
import { targetSchema } from "../../../scenario/target/target.ts";
import { Drill, type Order } from "../../run/drill/drill.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { httpCall } from "../../supervisor/system/http-call.ts";
import { nodeAddress } from "../address.ts";
import { bootDocker } from "../docker.ts";
import { readersOptions } from "../docker/readers.fixture.ts";
import { testImages } from "../docker/test-images.fixture.ts";
import type { Stack } from "../stack.ts";
import { engineEndpoint, engineVersion } from "../tools/container-engine.ts";

const endpoint = engineEndpoint();
const isHere = await engineVersion(endpoint).then(
  () => true,
  () => false,
);
const images = isHere ? await testImages(endpoint) : null;

/** Says which version it is, and which of them; a bad one never listens. */
const compose = `
services:
  api:
    image: \${BUSYBOX}
    environment: { VERSION: "1" }
    command: ["sh", "-c", "test $$VERSION != bad || exec sleep 1000; mkdir -p /data && echo $$VERSION $$(hostname) > /data/index.html && exec httpd -f -p 7000 -h /data"]
    stop_signal: SIGKILL
    healthcheck: { test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:7000/"], interval: 500ms, timeout: 2s, retries: 60 }
`;
const target = targetSchema.parse({
  name: "crew",
  title: "Crew",
  compose: { files: ["docker-compose.yml"] },
  nodes: { api: { kind: "container", ports: { main: 7000 }, ready: { by: "http", path: "/" } } },
});

const order = (id: string, withinMs = 30_000): Order => ({ id, node: "api", withinMs });
const deploy = (version: string, first: RollingDeploy["order"]): RollingDeploy => ({ kind: "rolling-deploy", node: "api", version, env: { VERSION: version }, order: first });

async function answer(stack: Stack): Promise<string> {
  const { host, port } = nodeAddress(stack.addresses, "api");
  return (await httpCall({ method: "GET", url: `http://${host}:${port}/`, signal: timeoutSignal(5_000) })).text.trim();
}

/** Asked until so many of them have answered, each by its host's name; what they were. */
async function answersOf(stack: Stack, count: number): Promise<string[]> {
  const seen = new Set<string>();
  await poll(async () => (seen.add(await answer(stack)).size >= count ? true : undefined), { intervalMs: 5, deadlineUs: nowUs() + 10_000_000 });
  return [...seen].map((text) => text.split(" ")[0] ?? "");
}

test.skipIf(images === null)("more of them behind the same way, another version of each, one that is not ready, and back", { timeout: 120_000 }, async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "docker-compose.yml"), compose);
  const run = `changes-${freshToken(8)}`;
  await using supervisor = await startSupervisor({ run, stateFolder: folder.path });
  await using stack = await bootDocker(target, readersOptions(supervisor, { run, folder: folder.path, images: images ?? { busybox: "", toxiproxy: "" } }));
  const log: JsonEvent[] = [];
  using operations = new Drill({ stack, log: { write: (event) => log.push(event), sync: () => {} }, signal: timeoutSignal(100_000) });
  const ids = async (): Promise<string[]> => ((await stack.containers?.of("api")) ?? []).map(({ Id: id }) => id);

  expect(await operations.scale({ kind: "scale", node: "api", replicas: 2 }, order("up"))).toBe(true);
  expect(await answersOf(stack, 2)).toEqual(["1", "1"]);
  const before = await ids();
  expect(before).toHaveLength(2);

  expect(await operations.deploy(deploy("2", "start-first"), order("new"))).toBe(true);
  expect(await answersOf(stack, 2)).toEqual(["2", "2"]);
  const after = await ids();
  expect(after).toHaveLength(2);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
  expect(log.flatMap((event) => (event.type === "operation" && event.id === "new" ? [event.stage] : []))).toEqual(["began", "advanced", "advanced", "ended"]);

  // Those that serve go on, and the bad one is taken away again.
  expect(await operations.deploy(deploy("bad", "start-first"), order("worse", 3_000))).toBe(false);
  expect(log.at(-1)).toMatchObject({ stage: "failed", why: expect.stringContaining("was not ready in time") });
  expect(await ids()).toEqual(after);
  expect(await answersOf(stack, 2)).toEqual(["2", "2"]);

  expect(await operations.rollBack("new", deploy("2", "stop-first"), order("back"))).toBe(true);
  expect(await answersOf(stack, 2)).toEqual(["1", "1"]);
  expect((await ids()).filter((id) => after.includes(id))).toEqual([]);
  await stack.reset();
  expect(await ids()).toHaveLength(1);
  expect(await answersOf(stack, 1)).toEqual(["1"]);
});
