import { expect, test } from "vitest";
import { nowUs, poll } from "../../../base/time.ts";
import type { Project } from "../../supervisor/protocol.ts";
import { startReaperEngine, type ReaperEngine } from "./reaper.fixture.ts";
import { startReaper } from "./reaper.ts";

type Environment = Record<string, string>;

async function start(engine: ReaperEngine, environment: Environment = {}, signal = new AbortController().signal): Promise<{ reaper: Disposable | null; notes: string[] }> {
  const notes: string[] = [];
  const supervisor = { project: async ({ inMaking }: Project) => void engine.calls.push(`making: ${inMaking}`) };
  return { reaper: await startReaper(engine.project, { supervisor, environment, signal, onProgress: (note) => notes.push(note) }), notes };
}

async function becomes(isSo: () => boolean): Promise<boolean> {
  return (await poll(async () => (isSo() ? true : undefined), { intervalMs: 5, deadlineUs: nowUs() + 10_000_000 })) ?? false;
}

test("it is told the run's label and nothing else, by a connection that lasts until it is let go", async () => {
  await using engine = await startReaperEngine({ deafTo: 2 });
  const { reaper, notes } = await start(engine);
  expect(notes).toEqual(["Ryuk stands by (testcontainers/ryuk:0.14.0)"]);
  expect(engine.told).toEqual(["label=org.roadworthy.run%3Drun-1\n"]);
  expect(engine.connections.size).toBe(1);
  reaper?.[Symbol.dispose]();
  expect(await becomes(() => engine.connections.size === 0)).toBe(true);
  // Whoever is killed in between has things appear later; all is removed with the project, by its label.
  const made = ["POST /networks/create", "POST /containers/create", "POST /containers/ryuk/start", "GET /containers/ryuk/json"];
  expect(engine.calls).toEqual(["GET /images/json", "making: true", ...made, "making: false"]);
  expect(notes).toHaveLength(1);
});

test("its container has the engine's socket, a port of this machine alone, and not the label of what it removes", async () => {
  await using engine = await startReaperEngine();
  const { reaper } = await start(engine, { RYUK_RECONNECTION_TIMEOUT: "2s", RYUK_PORT: "1", HOME: "/root" });
  reaper?.[Symbol.dispose]();
  const labels = { "org.roadworthy.reaper": "run-1" };
  expect(engine.made.get("/networks/create")).toMatchObject({ Name: "roadworthy-reaper-run-1", Labels: labels });
  expect(engine.made.get("/containers/create")).toMatchObject({
    Labels: labels,
    Env: ["RYUK_RECONNECTION_TIMEOUT=2s", "RYUK_PORT=8080"],
    HostConfig: {
      AutoRemove: true,
      NetworkMode: "roadworthy-reaper-run-1",
      Mounts: [{ Type: "bind", Source: engine.project.endpoint.slice("unix://".length), Target: "/var/run/docker.sock" }],
      PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
    },
  });
  expect(engine.made.get("/containers/create")?.["Labels"]).toEqual(labels);
});

test.each([
  { what: "the newest", tags: ["testcontainers/ryuk:0.9.0", "testcontainers/ryuk:0.14.0", "redis:8"], image: "testcontainers/ryuk:0.14.0" },
  { what: "as Podman names it", tags: ["docker.io/testcontainers/ryuk:0.11.0"], image: "docker.io/testcontainers/ryuk:0.11.0" },
  { what: "none that only ends so", tags: ["stranger.example/testcontainers/ryuk:0.14.0", "testcontainers/ryuk-not:1"], image: null },
])("of the images on the engine: $what", async ({ tags, image }) => {
  await using engine = await startReaperEngine({ tags });
  const { reaper, notes } = await start(engine);
  reaper?.[Symbol.dispose]();
  expect(engine.made.get("/containers/create")?.["Image"] ?? null).toBe(image);
  // Without the image nothing changes: nothing is made, pulled or said.
  if (image === null) expect([engine.calls, notes]).toEqual([["GET /images/json"], []]);
});

test("one that is switched off, or whose engine is no socket of this machine, is not even looked for", async () => {
  await using engine = await startReaperEngine();
  expect(await start(engine, { TESTCONTAINERS_RYUK_DISABLED: "true" })).toEqual({ reaper: null, notes: [] });
  const remote = { ...engine, project: { endpoint: "tcp://127.0.0.1:1", run: "run-1" } };
  expect(await start(remote)).toEqual({ reaper: null, notes: [] });
  expect(engine.calls).toEqual([]);
});

test("one that cannot be had is told of, leaves nothing, and is no failure of the run", async () => {
  await using engine = await startReaperEngine({ startStatus: 500 });
  const { reaper, notes } = await start(engine);
  expect([reaper, notes]).toEqual([null, [expect.stringMatching(/^going on without Ryuk: .*not today/)]]);
  expect(engine.calls.slice(-2)).toEqual(["DELETE /containers/ryuk", "DELETE /networks/net"]);
  expect(await start(engine, { RYUK_CONTAINER_IMAGE: "own/ryuk:1" })).toEqual({ reaper: null, notes: [expect.stringContaining("own/ryuk:1")] });
});

test("a boot that is given up rejects with the reason, and leaves nothing", async () => {
  await using engine = await startReaperEngine({ deafTo: Number.POSITIVE_INFINITY });
  const abort = new AbortController();
  const begun = start(engine, {}, abort.signal);
  expect(await becomes(() => engine.calls.includes("GET /containers/ryuk/json"))).toBe(true);
  abort.abort(new Error("enough"));
  await expect(begun).rejects.toThrow("enough");
  expect(engine.calls.slice(-2)).toEqual(["DELETE /containers/ryuk", "DELETE /networks/net"]);
});

test("one that loses the run is removed before it takes the run for dead", async () => {
  await using engine = await startReaperEngine();
  const { reaper, notes } = await start(engine);
  for (const socket of engine.connections) socket.resetAndDestroy();
  expect(await becomes(() => engine.calls.includes("DELETE /networks/net"))).toBe(true);
  expect(engine.calls.slice(-2)).toEqual(["DELETE /containers/ryuk", "DELETE /networks/net"]);
  expect(notes.slice(1)).toEqual(["going on without Ryuk: the connection to it has ended"]);
  reaper?.[Symbol.dispose]();
});
