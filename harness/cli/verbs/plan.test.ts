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

test("the plan tells which objectives a closed model can not rule on", async () => {
  const rules = ["TINY-1", "TINY-2"];
  const told = await planOf({ journeys: [{ steps: ["list", "order"] }], profile: { shape: "closed", users: 3 } }, { rules });
  expect(told.match(/\n {4}TINY-\d .*at best inconclusive/g)).toHaveLength(1);
  expect(told).toMatch(/TINY-1 .*\? of 59 requests +at best inconclusive: in a closed model \(crowd\) this is service time/);
  expect(await planOf({ journeys: [{ steps: ["order"] }], profile: { shape: "constant", rate: 30 } }, { rules })).not.toContain("at best");
});

test("the plan draws the time line and tells each moment, with the rates as they change", async () => {
  const told = await planOf({ journeys, profile: { shape: "steps", steps: [{ rate: 10, for: "2s" }, { rate: 40, for: "3s" }] } });
  expect(told.split("\n").slice(4, 11)).toEqual([
    `                |${"warm-u".padEnd(6)}|${"baseline".padEnd(64)}|`,
    "        0 s warm-up for 1 s",
    "        0 s   load crowd 10/s",
    "        1 s baseline for 9 s",
    "        2 s   load crowd 40/s",
    "       10 s end of the load; 30s at most until open items are finished, then everything is read back",
    "  stop    none",
  ]);
});

test("the plan lists what no scenario of it covers, and where else it is covered", async () => {
  const told = await planOf({ journeys: [{ steps: ["order"] }], profile: { shape: "constant", rate: 30 } }, { rules: ["TINY-2"] });
  expect(told).toContain(
    ["1 of 4 objectives are ruled on, 3 are not covered by any scenario of this plan:", "  TINY-1  Orders and lists are answered fast. [covered nowhere]"].join("\n"),
  );
  expect(told).toContain("  TINY-4  The shop is restored within four hours after a disaster. [covered by: restore drill]");
  const gate = await planText(["gate"], { seed: 1 });
  expect(gate).toContain("25 of 84 objectives are ruled on, 59 are not covered by any scenario of this plan:");
  expect(await planText(["redis-latency"], { seed: 1 })).toContain("CON-93  The API answers 95 % of its requests in under 500 ms. [covered by: scenario steady]");
});

test.each([
  ["time,route\n0,list\n1,GET /nowhere\n", /arrivals\.csv:3:3: no route makes "GET \/nowhere"/],
  ["time,route\n0,list\nsoon,list\n", /arrivals\.csv:3:1: "soon" is no time/],
])("a file of arrivals that is wrong is said in the plan, before anything starts: %j", async (arrivals, message) => {
  await expect(planOf({ profile: { shape: "replay", file: "arrivals.csv" } }, { arrivals })).rejects.toThrow(message);
});

test("the plan tells what steady state is asked for before the first fault, and by when the system must be back", async () => {
  const tiny = join(packageRoot, "harness/proof/tiny");
  const text = await planText([join(tiny, "cut.yaml")], { seed: 1, target: tiny });
  expect(text).toContain("\n  steady  99 % good and p95 within the degraded limit of the baseline from 0.5 s to 1.9 s, all probes good; else nothing is injected\n  return  back to its baseline by 6 s, or no pass\n");
  expect(await planOf({ journeys, profile: { shape: "constant", rate: 3 } })).not.toMatch(/\n {2}(?:steady|return) {2}/);
});
