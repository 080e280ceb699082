/** People in the loop, with real ones replaced by keys and commands: who is asked for what, how it is confirmed, and what becomes of it when nobody comes. */

import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { entryPath } from "../../base/entry.ts";
import { verdictSchema, type Verdict } from "../../judge/verdict/schema.ts";
import type { LogEvent } from "../../log/event.ts";
import { openLog } from "../../log/reader.ts";
import { command, newWorld, onlyRun, readJson, rewrite, type World } from "./command.fixture.ts";

type Manual = Extract<LogEvent, { type: "manual" }>;

const decide = '{ kind: manual, part: decide, owner: on call, expected: 1s, text: "Wait, or fail over?" }';
const act = "{ kind: manual, owner: network, expected: 2s, text: Plug the cable in }";
const verify = "{ kind: manual, part: verify, owner: on call, expected: 1s, text: See that orders come in }";

function writeDrill(world: World, within: string, steps: readonly string[]): string {
  const path = join(world.tiny, "drill.yaml");
  const lines = [
    "name: drill",
    "title: The store cut off, and people who do something about it",
    "target: tiny",
    "workloads:",
    "  - { name: visitors, profile: { shape: constant, rate: 60 }, journeys: [{ steps: [order] }, { steps: [list] }] }",
    "phases: { warmUp: 500ms, baseline: 1s, recovery: 1500ms }",
    `steps: [{ id: cut, hold: 500ms, fault: { kind: link-down, links: [front-store] }, repair: { within: ${within}, steps: [${steps.join(", ")}] } }]`,
    "stop: none",
    "steadyState: none",
    "rules: [TINY-2, TINY-3]",
    "mayBeInconclusive: [TINY-2, TINY-3]",
  ];
  writeFileSync(path, lines.join("\n"));
  return path;
}

function resultOf(world: World): { manual: Manual[]; events: LogEvent[]; verdict: Verdict } {
  const folder = join(onlyRun(world), "drill");
  const events = [...openLog(join(folder, "log")).events()];
  return { events, manual: events.filter((event): event is Manual => event.type === "manual"), verdict: verdictSchema.parse(readJson(join(folder, "verdict.json"))) };
}

/** On a terminal of its own: what it shows, and what is typed there. */
function onTerminal(world: World, args: readonly string[]): { child: ChildProcess; shown: () => string; until: (text: string) => Promise<void>; ended: Promise<number | null> } {
  const words = [process.execPath, entryPath("harness/cli/main"), ...args];
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", words.join(" "), "/dev/null"], { cwd: world.folder, env: { ...world.environment, CI: "" }, stdio: ["pipe", "pipe", "inherit"] });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  const waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  let shown = "";
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString("utf8");
    for (const wait of waiting) if (shown.includes(wait.text)) wait.resolve();
  });
  child.once("error", reject);
  child.once("close", (code) => {
    for (const wait of waiting) wait.reject(new Error(`ended before it showed "${wait.text}":\n${shown}`));
    resolve(code);
  });
  const until = async (text: string): Promise<void> => {
    const { promise, ...wait } = Promise.withResolvers<void>();
    waiting.push({ text, ...wait });
    if (shown.includes(text)) wait.resolve();
    await promise;
  };
  return { child, shown: () => shown, until, ended };
}

test("one is confirmed at the terminal, one by `roadworthy ack`, and nobody comes to verify", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const path = writeDrill(world, "7s", [decide, act, verify]);
  const run = onTerminal(world, ["run", path, "--target", world.tiny, "--out", world.runs]);
  // Too early: it confirms nothing.
  await run.until("starting front");
  run.child.stdin?.write("\n");
  await run.until("WAITING for on call to decide (cut:1, expected 1s, at most 7 s): Wait, or fail over?");
  run.child.stdin?.write("\n");
  await run.until("WAITING for network to act (cut:2");
  const name = basename(onlyRun(world));
  expect(run.shown()).toContain(`npx roadworthy ack ${name} cut:2`);
  const done = await command(world, "ack", name, "cut:2", "--json");
  expect(JSON.parse(done.stdout)).toEqual({ run: name, step: "cut:2", part: "act", owner: "network", text: "Plug the cable in", confirmed: true });
  await run.until("WAITING for on call to verify (cut:3");
  expect(await run.ended, run.shown()).toBe(2);
  expect(world.leftovers()).toEqual([]);

  const { events, manual, verdict } = resultOf(world);
  expect(manual.map((event) => [event.step, event.part, event.stage, event.stage === "confirmed" ? event.by : null])).toEqual([
    [1, "decide", "asked", null],
    [1, "decide", "confirmed", "terminal"],
    [2, "act", "asked", null],
    [2, "act", "confirmed", "ack"],
    [3, "verify", "asked", null],
    [3, "verify", "late", null],
  ]);
  // It is healed when people have acted, and then they are asked to verify it.
  const healed = events.find((event) => event.type === "fault" && event.stage === "healed");
  expect(healed?.at).toBeGreaterThanOrEqual(manual[3]?.at ?? Infinity);
  expect(healed?.at).toBeLessThanOrEqual(manual[4]?.at ?? 0);
  const [fault] = verdict.faults;
  expect(fault?.manual?.map(({ part, owner, confirmedBy }) => [part, owner, confirmedBy])).toEqual([["decide", "on call", "terminal"], ["act", "network", "ack"], ["verify", "on call", null]]);
  const told = await command(world, "explain", name, "TINY-3", "--out", world.runs);
  expect(told.stdout).toMatch(/records of fault cut \(link-down\); .*decide .*, act /);
  expect(told.stdout).toMatch(/cut:2 .*confirmed by ack after .*, expected 2 s: act, network: Plug the cable in/);
  // Nobody has looked whether it is back.
  expect(fault?.recovery).toMatchObject({ decideMs: expect.any(Number), actMs: expect.any(Number), verifyMs: null });
  expect(verdict.outcome).toBe("inconclusive");
  expect(verdict.rulings.map(({ why }) => why).join("\n")).toContain("Nobody has verified in time that fault cut was repaired: See that orders come in (on call)");
});

test("in CI nobody comes: the fault is ended and counts as not repaired, and the promise is broken", { timeout: 120_000 }, async () => {
  using world = newWorld();
  rewrite(join(world.tiny, "target.yaml"), "indicator: { kind: recovery-time }\n    phase: all", "indicator: { kind: recovery-time }\n    phase: all\n    clock: fault");
  const ran = await command({ ...world, environment: { ...world.environment, CI: "true" } }, "run", writeDrill(world, "6s", [act]), "--target", world.tiny, "--out", world.runs);
  expect(ran.stderr).toContain("WAITING for network to act (cut:1, expected 2s, at most 6 s): Plug the cable in — when it is so, npx roadworthy ack");
  expect(ran.stderr).toContain("cut:1: nobody has confirmed it within 6 s");
  expect(world.leftovers()).toEqual([]);
  const { events, manual, verdict } = resultOf(world);
  expect(manual.map(({ stage }) => stage)).toEqual(["asked", "late"]);
  // Its first lease was for less than that: while somebody is waited for it is renewed.
  expect(events.filter((event) => event.type === "output" && event.line.includes("ran out"))).toEqual([]);
  expect(verdict.faults).toMatchObject([{ healedAtMs: null, recoveryTimeMs: null, notRecovered: true }]);
  const broken = verdict.rulings.find(({ objective }) => objective === "TINY-3");
  // Of a load that was too busy itself no failure is believed.
  const isBelieved = broken?.outcome === "fail" || !verdict.generator.saturated;
  expect([broken?.outcome, ran.code], ran.stdout).toEqual(isBelieved ? ["fail", 1] : ["inconclusive", 2]);
  expect(broken?.why).toMatch(/longer than .* not repaired: nobody has confirmed in time: Plug the cable in \(act, network\)/i);
});
