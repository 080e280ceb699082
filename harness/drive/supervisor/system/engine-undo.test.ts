import { expect, test } from "vitest";
import type { Undo } from "../protocol.ts";
import { removeProject } from "./engine-project.ts";
import { container, reaper, run, startFixtureEngine, type FixtureContainer } from "./engine.fixture.ts";
import { askEngine } from "./engine.ts";
import { carryOut } from "./undo.ts";

const quick = { attempts: 3, withinMs: 1_500 };
type To = Extract<Undo, { do: "engine" }>["to"];

const connected: To = { be: "connected", network: "net", aliases: ["db"] };
const limited: To = { be: "limited", memoryBytes: 2 ** 26, memorySwapBytes: 0, nanoCpus: 0, cpuPeriodUs: 0, cpuQuota: 0 };

interface Case {
  what: string;
  before: Partial<FixtureContainer>;
  to: To;
  act: string;
  after: Partial<FixtureContainer>;
}

test.each<Case>([
  { what: "one that was killed runs", before: { running: false }, to: { be: "running" }, act: "POST /containers/a/start", after: { running: true } },
  { what: "one that was told to end and does so too late runs", before: {}, to: { be: "running", before: "at first" }, act: "POST /containers/a/restart", after: { running: true, startedAt: "anew" } },
  { what: "one that was paused goes on", before: { paused: true }, to: { be: "going-on" }, act: "POST /containers/a/unpause", after: { paused: false } },
  { what: "one that was cut off is in its network", before: { networks: [] }, to: connected, act: "POST /networks/net/connect", after: { networks: ["net"] } },
  { what: "one that was squeezed has its memory", before: { memory: 2 ** 25 }, to: limited, act: "POST /containers/a/update", after: { memory: 2 ** 26 } },
  { what: "one that was squeezed for the first time has no limit that it could meet", before: { memory: 2 ** 25 }, to: { ...limited, memoryBytes: 0 }, act: "POST /containers/a/update", after: { memory: 2 ** 50 } },
  { what: "one whose share of the processors was counted otherwise has its period", before: { cpuPeriod: 100_000, cpuQuota: 25_000 }, to: { ...limited, memoryBytes: 0, cpuPeriodUs: 50_000, cpuQuota: 25_000 }, act: "POST /containers/a/update", after: { memory: 0, cpuPeriod: 50_000, cpuQuota: 25_000 } },
  { what: "one that had all processors has them", before: { cpuPeriod: 100_000, cpuQuota: 50_000 }, to: { ...limited, memoryBytes: 0 }, act: "POST /containers/a/update", after: { cpuPeriod: 100_000, cpuQuota: -1 } },
])("undone, $what again; done twice, it is done once", async ({ before, to, act, after }) => {
  await using engine = await startFixtureEngine();
  engine.containers.set("a", container(before));
  engine.failures = 1;
  const undo: Undo = { do: "engine", ...engine.project, container: "a", to };
  expect(await carryOut(undo, quick)).toBeNull();
  expect(await carryOut(undo, quick)).toBeNull();
  expect(engine.acts).toEqual([act, act]);
  expect(engine.containers.get("a")).toMatchObject(after);
});

test("R7: of one that is gone nothing is left to undo", async () => {
  await using engine = await startFixtureEngine();
  expect(await carryOut({ do: "engine", ...engine.project, container: "a", to: { be: "running" } }, quick)).toBeNull();
});

test("R37: a container without the run's label is not touched, were it named in a journal", async () => {
  await using engine = await startFixtureEngine();
  engine.containers.set("a", container({ label: "another", running: false }));
  expect(await carryOut({ do: "engine", ...engine.project, container: "a", to: { be: "running" } }, quick)).toContain("does not belong to run");
  expect(engine.acts).toEqual([]);
});

test("R6: an engine that is gone has undone nothing", async () => {
  const gone: Undo = { do: "engine", endpoint: "unix:///nowhere/engine.sock", run, container: "a", to: { be: "running" } };
  expect(await carryOut(gone, quick)).toContain("there is no container engine at unix:///nowhere/engine.sock");
});

test("R1: everything of the run is removed, what appears late as well, and nothing of another's", async () => {
  await using engine = await startFixtureEngine();
  engine.containers.set("a", container()).set("b", container({ running: false })).set("other", container({ label: "another" }));
  engine.volumes.add("data");
  engine.late = "c";
  engine.failures = 1;
  expect(await removeProject(engine.project, 5_000)).toEqual([]);
  expect([...engine.containers.keys()]).toEqual(["other"]);
  expect(engine.volumes.size).toBe(0);
});

test("R1: what a killed Compose had asked for may appear later than two looks: then nothing may be seen for a while", async () => {
  await using engine = await startFixtureEngine();
  Object.assign(engine, { late: "c", lateAfterLooks: 3 });
  expect(await removeProject({ ...engine.project, inMaking: true }, 10_000, 900)).toEqual([]);
  expect(engine.acts).toEqual(["DELETE /containers/c"]);
  // Nobody is having anything made: nothing is waited for.
  Object.assign(engine, { late: "d", lateAfterLooks: 3 });
  expect(await removeProject(engine.project, 10_000, 900)).toEqual([]);
  expect([engine.lateAfterLooks, engine.acts.length]).toEqual([1, 1]);
});

test("R1: the run's reaper is removed last, so that it does the rest if the remover dies over it", async () => {
  await using engine = await startFixtureEngine();
  engine.containers.set("ryuk", container({ label: reaper })).set("a", container());
  engine.failures = 1;
  expect(await removeProject(engine.project, 5_000)).toEqual([]);
  expect(engine.acts).toEqual(["DELETE /containers/a", "DELETE /containers/a", "DELETE /containers/ryuk"]);
});

test("whoever has published ports leaves the networks that nothing leads out of before it goes; others just go", async () => {
  await using engine = await startFixtureEngine();
  engine.containers.set("proxy", container({ networks: ["in-1", "in-2", "door"], publishes: true })).set("api", container({ networks: ["in-1"] }));
  for (const name of ["in-1", "in-2", "door"]) engine.networks.set(name, name !== "door");
  expect(await removeProject(engine.project, 5_000)).toEqual([]);
  expect(engine.acts.slice(0, 4).map((act) => act.replace(/\?.*/, ""))).toEqual(expect.arrayContaining(["POST /networks/in-1/disconnect", "POST /networks/in-2/disconnect", "DELETE /containers/proxy", "DELETE /containers/api"]));
  expect(engine.acts.findLastIndex((act) => act.includes("disconnect"))).toBeLessThan(engine.acts.findIndex((act) => act.startsWith("DELETE")));
  expect(engine.acts.filter((act) => act.includes("disconnect"))).toHaveLength(2);
  expect([...engine.containers.keys(), ...engine.networks.keys()]).toEqual([]);
});

test("what cannot be removed is named, with the command that does it by hand", async () => {
  await using engine = await startFixtureEngine();
  engine.containers.set("a", container());
  engine.failures = 1_000;
  expect(await removeProject(engine.project, 300)).toEqual([{ kind: "container", id: expect.stringContaining("a: "), command: `docker -H ${engine.project.endpoint} rm -fv a` }]);
  const gone = { endpoint: "unix:///nowhere/engine.sock", run };
  expect(await removeProject(gone, 100)).toEqual([{ kind: "containers", id: expect.stringContaining("there is no container engine"), command: "roadworthy heal" }]);
});

test.each([
  ["unix:///nowhere/engine.sock", "stack-unavailable", /^install Docker/],
  ["tcp://127.0.0.1:1", "stack-unavailable", /^start it/],
  ["tcp://192.0.2.1:2375", "not-allowed", /./],
  ["ssh://somewhere", "stack-unavailable", /^set DOCKER_HOST/],
])("an engine at %s: %s, with what helps", async (endpoint, code, hint) => {
  await expect(askEngine(endpoint, { method: "GET", path: "/version", withinMs: 1_000 })).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
});
