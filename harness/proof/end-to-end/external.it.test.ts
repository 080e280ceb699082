/** A system that somebody else has brought up, with its own Toxiproxy: it is loaded, disturbed and healed, and otherwise left as it was. */

import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../base/entry.ts";
import { nowUs, poll } from "../../base/time.ts";
import { connectProxy } from "../../drive/proxy/client.ts";
import { reservePort } from "../../drive/stack/embedded/ports.ts";
import { roundTrip } from "../../drive/stack/round-trip.ts";
import { findToxiproxy } from "../../drive/stack/tools/toxiproxy-binary.ts";
import { openLog } from "../../log/reader.ts";
import { verdictSchema } from "../../judge/verdict/schema.ts";
import { command, ended, newWorld, onlyRun, passedOrLate, readJson, rewrite, start, untilSaid, type World } from "./command.fixture.ts";

const host = "127.0.0.1";
const withinMs = 20_000;
const theirToxic = { name: "theirs", type: "latency", stream: "downstream", toxicity: 0, attributes: { latency: 1, jitter: 0 } } as const;

interface System {
  readonly store: ChildProcess;
  readonly front: ChildProcess;
  readonly proxy: ChildProcess;
  readonly places: { readonly store: string; readonly front: string; readonly toxiproxy: string };
}

const program = findToxiproxy();
let up: System | null = null;

beforeAll(async () => {
  // Where there is none, continuous integration builds it with Go, and fails when it cannot.
  if (program === null && process.env["CI"] === undefined) return;
  up = await bringUp(program?.path ?? "toxiproxy-server");
});
afterAll(() => {
  for (const child of up === null ? [] : [up.store, up.front, up.proxy]) child.kill("SIGKILL");
});

/** As its owner would: none of its processes lies in the world of a test, or has a parent of ours. */
async function bringUp(toxiproxy: string): Promise<System> {
  const [ofStore, ofFront, ofLink, control] = await Promise.all(Array.from({ length: 4 }, () => freePort()));
  const service = (file: string, env: Record<string, string>): ChildProcess => spawn(process.execPath, [join(packageRoot, "harness/proof/tiny", file)], { cwd: "/", env, stdio: "ignore" });
  const store = service("store.mts", { PORT: String(ofStore) });
  const front = service("front.mts", { PORT: String(ofFront), STORE_URL: `http://${host}:${ofLink}` });
  const proxy = spawn(toxiproxy, ["-host", host, "-port", String(control)], { cwd: "/", stdio: "ignore" });
  await Promise.all([ofStore, ofFront, control].map((port) => untilListened(port ?? 0)));
  const client = connectProxy(`${host}:${control}`);
  await client.createLink({ name: "front-store", listen: `${host}:${ofLink}`, upstream: `${host}:${ofStore}`, enabled: true });
  await client.addToxic("front-store", theirToxic);
  return { store, front, proxy, places: { store: `${host}:${ofStore}`, front: `${host}:${ofFront}`, toxiproxy: `${host}:${control}` } };
}

async function freePort(): Promise<number> {
  const reserved = await reservePort(host);
  await reserved.release();
  return reserved.port;
}

async function untilListened(port: number): Promise<void> {
  const listens = (): Promise<true | undefined> => roundTrip({ speak: "tcp" }, { host, port }, 500).then(() => true, () => undefined);
  if ((await poll(listens, { intervalMs: 20, deadlineUs: nowUs() + withinMs * 1000 })) === undefined) throw new Error(`nobody listens on port ${port}`);
}

/** The tiny target, as it is told where it is; and a scenario with a fault of its proxy, and one by commands of the owner's. */
function newStaging({ places, store }: System, { hold, healMs = 0 }: { hold: string; healMs?: number }): World {
  const world = newWorld();
  appendFileSync(join(world.tiny, "target.yaml"), `external:\n  nodes: { store: "${places.store}", front: "${places.front}" }\n  toxiproxy: "${places.toxiproxy}"\n`);
  rewrite(join(world.tiny, "target.yaml"), "path: /health, every: 100ms }", "path: /health, every: 100ms, timeout: 30s }");
  const signal = (name: string, afterMs: number): string => JSON.stringify(["node", "-e", `setTimeout(() => process.kill(${store.pid}, "${name}"), ${afterMs})`]);
  const state = (letters: string): string => JSON.stringify(["grep", "-q", `^State:.[${letters}]`, `/proc/${store.pid}/status`]);
  const steps = `steps:
  - { id: late, hold: ${hold}, fault: { kind: link-latency, links: [front-store], delay: 80ms } }
  - { id: halted, hold: ${hold}, fault: { kind: command, node: store, inject: ${signal("SIGSTOP", 0)}, heal: ${signal("SIGCONT", healMs)}, felt: ${state("T")}, settled: ${state("SR")} } }
`;
  const path = join(world.tiny, "cut.yaml");
  rewrite(path, /steps:\n.*\n/, steps);
  rewrite(path, /stop:\n.*\n/, "stop: none\n");
  rewrite(path, /^rules: .*$/m, "rules: [TINY-2]\nmayBeInconclusive: [TINY-2]");
  rewrite(path, /^phases: .*$/m, "phases: { warmUp: 500ms, baseline: 1s, recovery: 1s, after: 500ms }");
  return world;
}

/** Its own toxic, and none of ours; and all of its processes. */
async function expectAsItWas({ store, front, proxy, places }: System): Promise<void> {
  const [link] = await connectProxy(places.toxiproxy).list();
  expect(link).toMatchObject({ name: "front-store", enabled: true, toxics: [theirToxic] });
  for (const child of [store, front, proxy]) expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  expect(stateOf(store)).toMatch(/[SR]/);
}

function stateOf({ pid }: ChildProcess): string {
  return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
}

const args = (world: World): string[] => ["run", join(world.tiny, "cut.yaml"), "--target", world.tiny, "--out", world.runs, "--stack", "external"];

test("load, probes, a toxic of its own Toxiproxy and a command of one's own; afterwards it is as it was", { timeout: 120_000 }, async ({ skip }) => {
  if (up === null) return skip("there is no Toxiproxy: see `roadworthy doctor`");
  using world = newStaging(up, { hold: "1s" });
  const ran = await command(world, ...args(world));
  expect(passedOrLate(ran), ran.stderr + ran.stdout).toBe(true);
  await expectAsItWas(up);
  expect(world.leftovers()).toEqual([]);
  const verdict = verdictSchema.parse(readJson(join(onlyRun(world), "cut", "verdict.json")));
  expect(verdict.stack).toBe("external");
  expect(verdict.faults.map(({ id, witness }) => [id, witness.felt, witness.settled])).toEqual([
    ["late", expect.stringContaining("front-store"), expect.stringContaining("front-store")],
    ["halted", expect.stringMatching(/^grep .*ended with 0$/), expect.stringMatching(/^grep .*ended with 0$/)],
  ]);
  expect(verdict.dataLoss).toMatchObject({ ledger: "orders", lost: 0 });
  expect(verdict.dataLoss?.acknowledged).toBeGreaterThan(0);
  const probed = [...openLog(join(onlyRun(world), "cut", "log")).events()].filter((event) => event.type === "probe");
  expect(new Set(probed.map(({ probe }) => probe))).toEqual(new Set(["front", "store"]));
});

test("the harness is killed: its toxic is gone, and the command that heals was run", { timeout: 120_000 }, async ({ skip }) => {
  if (up === null) return skip("there is no Toxiproxy: see `roadworthy doctor`");
  // Longer than our own undos may take when nobody waits for them any more.
  using world = newStaging(up, { hold: "60s", healMs: 3_000 });
  const child = start(world, args(world));
  const end = ended(child);
  await Promise.all([untilSaid(child, "fault late injected"), untilSaid(child, "fault halted injected")]);
  expect(stateOf(up.store)).toBe("T");
  const [link] = await connectProxy(up.places.toxiproxy).list();
  expect(link?.toxics.map(({ type }) => type)).toEqual(["latency", "latency"]);
  child.kill("SIGKILL");
  await end;
  const isGone = await poll(() => Promise.resolve(world.leftovers().length === 0 ? true : undefined), { intervalMs: 50, deadlineUs: nowUs() + withinMs * 1000 });
  expect(isGone, world.leftovers().join("\n")).toBe(true);
  await expectAsItWas(up);
});

test("R29: a host beyond loopback is not touched without its entry in the allow file", { timeout: 120_000 }, async ({ skip }) => {
  if (up === null) return skip("there is no Toxiproxy: see `roadworthy doctor`");
  using world = newStaging(up, { hold: "1s" });
  rewrite(join(world.tiny, "target.yaml"), up.places.front, "192.0.2.1:80");
  const refused = await command(world, ...args(world));
  expect([refused.code, refused.stdout]).toEqual([64, expect.stringContaining("192.0.2.1:80")]);
  const unlisted = await command(world, ...args(world), "--allow-target", "192.0.2.1:80");
  expect([unlisted.code, unlisted.stderr]).toEqual([64, expect.stringContaining("there is no roadworthy.allow.yaml")]);
  await expectAsItWas(up);
});
