/** On a real engine, where there is one. What Ryuk itself does is shown where its image is on the engine: RYUK_CONTAINER_IMAGE, or `docker pull testcontainers/ryuk:0.14.0`. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { freshToken } from "../../../base/random.ts";
import { spawnModule, temporaryFolder } from "../../../base/spawned.fixture.ts";
import { nowUs, poll } from "../../../base/time.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { healInterrupted } from "../../supervisor/heal.ts";
import { readJournals } from "../../supervisor/journal.ts";
import { reaperLabel, runLabel } from "../../supervisor/system/engine-containers.ts";
import { askEngine } from "../../supervisor/system/engine.ts";
import { bootDocker } from "../docker.ts";
import { linesOf } from "../docker/containers.ts";
import { readersOptions, readersTarget, writeReaders } from "../docker/readers.fixture.ts";
import { testImages } from "../docker/test-images.fixture.ts";
import { engineEndpoint, engineVersion } from "../tools/container-engine.ts";
import { reaperImage } from "./reaper-image.ts";
import { standInImage } from "./stand-in-image.fixture.ts";

const endpoint = engineEndpoint();
const isHere = await engineVersion(endpoint).then(
  () => true,
  () => false,
);
const images = isHere ? await testImages(endpoint) : null;
const noImages = { busybox: "", toxiproxy: "" };
const ryuk = isHere ? await reaperImage(endpoint, process.env).catch(() => null) : null;

afterEach(() => vi.unstubAllEnvs());

interface Found {
  readonly Id?: string;
  readonly Name?: string;
  readonly Labels?: Record<string, string>;
  readonly Ports?: readonly { readonly IP?: string }[];
}

/** Containers, networks and volumes with this label, by the engine's own word. */
async function labelled(label: string): Promise<Found[]> {
  const query = `filters=${encodeURIComponent(JSON.stringify({ label: [label] }))}`;
  const answers = await Promise.all([`/containers/json?all=1&${query}`, `/networks?${query}`, `/volumes?${query}`].map((path) => askEngine(endpoint, { method: "GET", path, withinMs: 5_000 })));
  const [containers = [], networks = [], volumes = {}] = answers.map(({ text }) => JSON.parse(text));
  return [...containers, ...networks, ...(volumes.Volumes ?? [])];
}

async function becomes(what: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  return (await poll(async () => ((await what()) ? true : undefined), { intervalMs: 100, deadlineUs: nowUs() + withinMs * 1000 })) ?? false;
}

/** With Ryuk itself where it is on the engine, else with what answers as it does. */
test.skipIf(images === null)("a stack has a reaper that knows its label; the end of the stack is the end of the reaper", async () => {
  using folder = temporaryFolder();
  writeReaders(folder.path);
  const run = `ryuk-${freshToken(8)}`;
  vi.stubEnv("RYUK_CONTAINER_IMAGE", ryuk ?? (await standInImage(endpoint, images?.busybox ?? "")));
  await using supervisor = await startSupervisor({ run, stateFolder: folder.path });
  const notes: string[] = [];
  const stack = await bootDocker(readersTarget, readersOptions(supervisor, { run, folder: folder.path, images: images ?? noImages, onProgress: (note) => notes.push(note) }));
  expect(notes[0]).toMatch(/^Ryuk stands by/);
  const [reaper, network, ...more] = await labelled(`${reaperLabel}=${run}`);
  expect([reaper?.Ports?.map(({ IP: address }) => address), reaper?.Labels?.[runLabel], network?.Name, more]).toEqual([["127.0.0.1"], undefined, `roadworthy-reaper-${run}`, []]);
  const { bytes } = await askEngine(endpoint, { method: "GET", path: `/containers/${reaper?.Id}/logs?stdout=1`, withinMs: 5_000 });
  expect(linesOf(bytes).filter((line) => line.includes(run))).toHaveLength(1);

  await stack[Symbol.asyncDispose]();
  expect([await labelled(`${runLabel}=${run}`), await labelled(`${reaperLabel}=${run}`)]).toEqual([[], []]);
  expect(notes.filter((note) => note.startsWith("going on without"))).toEqual([]);
  expect(await supervisor.close()).toEqual({ complete: true, left: [] });
});

/** The process that outlives a supervisor which is killed. */
function wardenOf(run: string): number {
  const found = readdirSync("/proc").find((pid) => /^\d+$/.test(pid) && existsSync(`/proc/${pid}/cmdline`) && isWarden(readFileSync(`/proc/${pid}/cmdline`, "utf8"), run));
  return Number(found);
}

function isWarden(commandLine: string, run: string): boolean {
  return commandLine.includes("supervisor/warden") && commandLine.includes(run);
}

/** Of other runs, whose ids begin with this one's or have nothing of it. */
async function strangers(run: string): Promise<AsyncDisposable & { left(): Promise<unknown[]> }> {
  const runs = [`${run}-not`, freshToken(8)];
  const ask = (method: "POST" | "DELETE", path: string, body?: unknown): Promise<unknown> => askEngine(endpoint, { method, path, body, withinMs: 5_000 });
  await Promise.all(runs.map((other) => ask("POST", "/volumes/create", { Name: `of-${other}`, Labels: { [runLabel]: other } })));
  return {
    left: async () => (await Promise.all(runs.map((other) => labelled(`${runLabel}=${other}`)))).flat(),
    [Symbol.asyncDispose]: async () => void (await Promise.all(runs.map((other) => ask("DELETE", `/volumes/of-${other}`)))),
  };
}

test.skipIf(images === null || ryuk === null)("R2, R37: harness, supervisor and warden are killed at once: Ryuk removes what bears the run's label, and nothing else", async () => {
  using folder = temporaryFolder();
  writeReaders(folder.path);
  const run = `ryuk-${freshToken(8)}`;
  await using others = await strangers(run);
  vi.stubEnv("RYUK_RECONNECTION_TIMEOUT", "2s");
  await using harness = spawnModule("harness/drive/stack/docker/stand-in.fixture", { run, folder: folder.path, stateFolder: folder.path, images });
  for (let note = ""; note !== "up"; ) note = await harness.line();
  const { header } = readJournals(folder.path).find((journal) => journal.run === run) ?? {};
  process.kill(wardenOf(run), "SIGKILL");
  process.kill(header?.supervisor.pid ?? Number.NaN, "SIGKILL");
  harness.kill("SIGKILL");
  await harness.ended;
  expect((await labelled(`${runLabel}=${run}`)).length).toBeGreaterThan(8);

  // By now nobody but Ryuk knows of them; it ends with its work, and its container with it.
  expect(await becomes(async () => (await labelled(`${runLabel}=${run}`)).length === 0, 40_000)).toBe(true);
  expect(await becomes(async () => (await labelled(`${reaperLabel}=${run}`)).every(({ Name: name }) => name === `roadworthy-reaper-${run}`), 20_000)).toBe(true);
  expect(await others.left()).toHaveLength(2);
  // The journal was there all the time: nobody healed. The next command does, and takes Ryuk's own network away.
  expect(await healInterrupted({ stateFolder: folder.path })).toEqual([{ run, was: "interrupted", complete: true, left: [] }]);
  expect(await labelled(`${reaperLabel}=${run}`)).toEqual([]);
});
