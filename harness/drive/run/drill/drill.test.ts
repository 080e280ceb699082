/** What a drill keeps of its operations, on a small real stack whose store is whatever the commands make of it. */

import { beforeEach, describe, expect, test } from "vitest";
import { isoTime, nowUs, timeoutSignal, wallClockMs } from "../../../base/time.ts";
import type { JsonEvent } from "../../../log/event.ts";
import { parseScenario } from "../../../scenario/parse.ts";
import { composeScenarios } from "../../../scenario/compose/compose.ts";
import { targetSchema } from "../../../scenario/target/target.ts";
import { timelineOf, type Timeline } from "../../../scenario/timeline.ts";
import { bootedStack } from "../../stack/booted.fixture.ts";
import { runQuery } from "../../stack/query.ts";
import { Drill } from "./drill.ts";
import { carryOutOperations } from "./operations.ts";
import { People } from "./people.ts";

/** Counts what it is told to, and answers only when it is let. */
const counter = `
  let [count, held, waiting] = [5, false, []];
  const answers = { "/hold": () => (held = true), "/release": () => { held = false; for (const answer of waiting.splice(0)) answer(); }, "/empty": () => (count = 0), "/full": () => (count = 5) };
  require("node:http").createServer(({ url }, response) => {
    const answer = () => response.end(JSON.stringify({ count }));
    answers[url]?.();
    if (held && url === "/count") waiting.push(answer); else answer();
  }).listen(Number(process.env.PORT), "127.0.0.1");
`;
const count = { via: "http", node: "db", path: "/count", pick: "count" };
const says = (script: string): string[] => ["node", "-e", script];
const target = targetSchema.parse({
  name: "drilled",
  title: "Drilled",
  nodes: { db: { kind: "process", command: says(counter), env: { PORT: "{{port}}" } } },
  ledgers: { rows: { readBack: { db: [count] } } },
  backups: { db: { by: "command", backUp: says("0"), restore: says("0"), ledgers: ["rows"], checks: { count } } },
});
const stack = bootedStack(target);

let log: JsonEvent[] = [];
let stop = new AbortController();
beforeEach(async () => {
  log = [];
  stop = new AbortController();
  await tell("/release");
  await tell("/full");
});

function drillWith(restore: string, write: (event: JsonEvent) => void = () => {}): Drill {
  const backups = { db: { by: "command" as const, backUp: says("0"), restore: says(restore), env: {}, ledgers: ["rows"], checks: target.backups["db"]?.checks ?? {} } };
  const keep = (event: JsonEvent): void => {
    log.push(event);
    write(event);
  };
  return new Drill({ stack: { ...stack(), target: { ...target, backups } }, log: { write: keep, sync: () => {} }, signal: AbortSignal.any([stop.signal, timeoutSignal(40_000)]) });
}

async function tell(path: string): Promise<void> {
  await runQuery({ via: "http", node: "db", path, pick: "count" }, stack().addresses, { timeoutMs: 5_000 });
}

const order = { id: "lost", node: "db", withinMs: 20_000 };
const stages = (kind: string): string[] => log.flatMap((event) => (event.type === "operation" && event.kind === kind ? [event.stage] : []));
const ages = (): (number | null)[] => log.flatMap((event) => (event.type === "restored" ? [event.ageMs] : []));

describe("a restore", () => {
  test("has ended when its tool has, however long our own checks of it take", async () => {
    using drill = drillWith("0");
    await drill.backUp(order);
    await tell("/hold");
    expect(await drill.restore(order, { beganUs: nowUs(), endedUs: nowUs() })).toBe(true);
    expect(log.at(-1)).toMatchObject({ type: "operation", kind: "restore", stage: "ended" });
    await tell("/release");
    await drill.checked();
    expect(log.slice(-2)).toMatchObject([{ type: "restore-check", atBackup: 5, restored: 5 }, { type: "restored", ageMs: expect.any(Number) }]);
  });

  test("that the end of the run broke off has neither failed nor ended", async () => {
    using drill = drillWith("setInterval(() => {}, 1000)", (event) => {
      if (event.type === "operation" && event.kind === "restore") stop.abort(new Error("Ctrl-C"));
    });
    await drill.backUp(order);
    await expect(drill.restore(order, { beganUs: nowUs(), endedUs: nowUs() })).rejects.toThrow("Ctrl-C");
    expect(stages("restore")).toEqual(["began"]);
  });

  test("of something younger than the disaster was told by another clock: its age is not known", async () => {
    const lost = { beganUs: nowUs(), endedUs: nowUs() };
    using drill = drillWith(`console.log("as-of ${isoTime(wallClockMs() + 3_600_000)}")`);
    await drill.backUp(order);
    await drill.restore(order, lost);
    await drill.checked();
    expect(log.at(-1)).toMatchObject({ type: "restored", ageMs: null, what: expect.stringMatching(/ which it says is from 36\d\d s after the disaster$/) });
  });

  test("of a store that was empty when it was backed up shows nothing by being empty", async () => {
    using drill = drillWith("0");
    await tell("/empty");
    await drill.backUp(order);
    await drill.restore(order, { beganUs: nowUs(), endedUs: nowUs() });
    await drill.checked();
    expect(ages()).toEqual([null]);
  });
});

function timelineWith(script: string): Timeline {
  const operations = [{ id: "deploy", within: "10s", operation: { kind: "command", node: "db", does: "deploy", command: says(script) } }];
  const workloads = [{ name: "load", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["home"] }] }];
  const [scenario] = composeScenarios(parseScenario({ name: "busy", title: "Busy", target: "drilled", workloads, phases: { warmUp: "1s", baseline: "1s" }, operations, stop: "none", rules: [] }), 0);
  return timelineOf(scenario ?? expect.unreachable());
}

test("a command of the target's own people that fails is the target's doing, not a tool's that failed", async () => {
  using drill = drillWith("0");
  const { signal } = stop;
  using people = new People({ run: "drilled", folder: stack().supervisor.stateFolder, log: { write: () => {}, sync: () => {} }, signal, terminal: null, tell: () => {}, onWaiting: () => {} });
  const carriedOut = carryOutOperations(timelineWith("process.exit(1)"), { drill, people, startUs: nowUs() - 60_000_000, signal, tell: () => {} });
  await expect(carriedOut).rejects.toMatchObject({ code: "target-not-ready", where: "deploy" });
  expect(stages("command")).toEqual(["began", "failed"]);
});
