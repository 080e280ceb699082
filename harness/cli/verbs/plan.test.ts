import { createHook } from "node:async_hooks";
import { once } from "node:events";
import { createServer } from "node:net";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/entry.ts";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { planText } from "./plan.ts";

/** What a socket, a look-up, a pipe or a process begins with inside of Node. */
const outward = new Set(["TCPWRAP", "TCPSERVERWRAP", "TCPCONNECTWRAP", "UDPWRAP", "UDPSENDWRAP", "PIPEWRAP", "PIPECONNECTWRAP", "PROCESSWRAP", "TLSWRAP", "GETADDRINFOREQWRAP", "QUERYWRAP"]);

/** Everything of that kind, and every signal, that happens while `act` runs. */
async function outwardOf(act: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const hook = createHook({ init: (_id, type) => void (outward.has(type) && seen.push(type)) });
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    seen.push(`signal ${String(signal)} to ${pid}`);
    return true;
  };
  hook.enable();
  try {
    await act();
  } finally {
    hook.disable();
    process.kill = kill;
  }
  return seen;
}

test.each([
  ["a suite of its own", "gate", undefined],
  ["a scenario from YAML", join(packageRoot, "harness/proof/tiny/cut.yaml"), join(packageRoot, "harness/proof/tiny")],
])("R12: the plan of %s opens no socket, starts nothing and sends no signal", async (_title, name, target) => {
  let text = "";
  const seen = await outwardOf(async () => {
    text = await planText([name], { seed: 1, ...(target === undefined ? {} : { target }) });
  });
  expect(text).toContain("inject cut");
  expect(seen).toEqual([]);
});

test("R12: this test sees a socket and a signal", async () => {
  const seen = await outwardOf(async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    server.close();
    process.kill(process.pid, "SIGCONT");
  });
  expect(seen).toEqual(["TCPSERVERWRAP", `signal SIGCONT to ${process.pid}`]);
});

/** The plan of one scenario against the tiny system, with this load; `arrivals` is the file of a replay. */
async function planOf(workload: object, { arrivals = "", rules = ["TINY-1"], seed = 1 }: { arrivals?: string; rules?: string[]; seed?: number } = {}): Promise<string> {
  using folder = temporaryFolder();
  for (const name of ["target.yaml", "store.mts", "front.mts"]) copyFileSync(join(packageRoot, "harness/proof/tiny", name), join(folder.path, name));
  writeFileSync(join(folder.path, "arrivals.csv"), arrivals);
  const scenario = { name: "night", title: "A night", target: "tiny", workloads: [{ name: "crowd", ...workload }], phases: { warmUp: "1s", baseline: "9s" }, stop: "none", rules };
  writeFileSync(join(folder.path, "night.yaml"), JSON.stringify(scenario));
  return await planText([join(folder.path, "night.yaml")], { seed, target: folder.path });
}

const journeys = [{ steps: ["list"] }];

test.each<[string, object, string]>([
  ["a soak", { journeys, profile: { shape: "soak", rate: 20, rampUp: "1s" } }, "crowd: soak: up from nothing within 1s, then 20/s to the end; at least 190 requests"],
  ["a replay", { profile: { shape: "replay", file: "arrivals.csv" } }, "crowd: the arrivals of arrivals.csv as they came, once; 3 requests; the last is due at 4 s, 6 s before the scenario ends"],
  ["a closed model", { journeys, profile: { shape: "closed", users: 3, thinkTime: "1s" } }, "crowd: closed model, 3 users who think 1s between journeys; latency is service time; how many requests that makes is known afterwards only"],
])("the plan tells the load of %s", async (_name, workload, line) => {
  expect(await planOf(workload, { arrivals: "time,route\n0,list\n1,GET /orders\n4,order\n" })).toContain(`\n  load    ${line}\n`);
});

test("the plan of random arrivals is that of the seed", async () => {
  const workload = { journeys, profile: { shape: "poisson", rate: 50 } };
  const [first, again, other] = [await planOf(workload), await planOf(workload), await planOf(workload, { seed: 2 })];
  expect(first).toMatch(/at least \d+ requests with this seed/);
  expect(again).toBe(first);
  expect(other.match(/at least \d+/)).not.toEqual(first.match(/at least \d+/));
});

test("the plan notes which objectives a closed model can not rule on", async () => {
  const rules = ["TINY-1", "TINY-2"];
  const noted = await planOf({ journeys, profile: { shape: "closed", users: 3 } }, { rules });
  expect(noted.match(/\n {2}note {4}TINY-\d/g)).toEqual(["\n  note    TINY-1"]);
  expect(await planOf({ journeys, profile: { shape: "constant", rate: 3 } }, { rules })).not.toContain("  note  ");
});

test.each([
  ["time,route\n0,list\n1,GET /nowhere\n", /arrivals\.csv:3:3: no route makes "GET \/nowhere"/],
  ["time,route\n0,list\nsoon,list\n", /arrivals\.csv:3:1: "soon" is no time/],
])("a file of arrivals that is wrong is said in the plan, before anything starts: %j", async (arrivals, message) => {
  await expect(planOf({ profile: { shape: "replay", file: "arrivals.csv" } }, { arrivals })).rejects.toThrow(message);
});
