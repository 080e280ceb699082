import { describe, expect, test } from "vitest";
import { dice, integerBetween } from "../../../base/random.ts";
import { answered, Bench, childSpec, http, kinds, second, type EventBody } from "./bench.fixture.ts";
import type { Effect } from "./state.ts";

describe("the journal comes first", () => {
  test("a spawn is written down before it is done", () => {
    const bench = new Bench();
    expect(kinds(bench.ask({ ask: "spawn", spec: childSpec("api") }).effects)).toEqual(["journal", "spawn"]);
  });

  test("a lease is answered only after it is written down", () => {
    const bench = new Bench();
    expect(kinds(bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 1_000 }).effects)).toEqual(["journal", "reply"]);
  });

  test("a folder is written down before it is made", () => {
    const bench = new Bench();
    expect(kinds(bench.ask({ ask: "folder", path: "/tmp/x" }).effects)).toEqual(["journal", "make-folder"]);
  });

  test("what could not be written down is forgotten, and refused", () => {
    const bench = new Bench();
    const { effects, id } = bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 1_000 });
    const [journal] = effects;
    if (journal?.effect !== "journal" || journal.orElse === null) throw new Error("no journal entry that can fail");
    expect(answered(bench.tell(journal.orElse), id)).toBe("refuse");
    expect(bench.state.leases.size).toBe(0);
  });
});

describe("closing", () => {
  test("undoes, ends children newest first, then cleans, then answers", () => {
    const bench = new Bench();
    const older = bench.spawn("postgres", "always");
    const newer = bench.spawn("api", "always");
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 60_000 });
    const { id, effects } = bench.ask({ ask: "close" });
    expect(kinds(effects)).toEqual(["undo"]);
    expect(bench.tell({ event: "undone", lease: "a", problem: null })).toContainEqual(expect.objectContaining({ effect: "signal-leader", child: "api" }));
    expect(bench.end("api", newer)).toContainEqual(expect.objectContaining({ effect: "signal-leader", child: "postgres" }));
    expect(kinds(bench.end("postgres", older))).toContain("clean");
    const last = bench.tell({ event: "cleaned", left: [] });
    expect(last).toMatchObject([{ effect: "reply", id, value: { complete: true, left: [] } }, { effect: "finish" }]);
  });

  test("what could not be ended is named in the answer", () => {
    const bench = new Bench();
    const pid = bench.spawn("api");
    const left = [{ kind: "process", id: "101", command: "kill -9 101" }];
    bench.ask({ ask: "close" });
    bench.tell({ event: "exited", child: "api", pid, ended: "0" });
    bench.tell({ event: "swept", child: "api", pid, left });
    expect(bench.tell({ event: "cleaned", left: [] })).toMatchObject([{ effect: "reply", value: { complete: false, left } }, { effect: "finish" }]);
  });

  test("a lost harness ends all at once and with SIGKILL after a second", () => {
    const bench = new Bench();
    for (const id of ["postgres", "redis", "api"]) bench.spawn(id, "always");
    const told = bench.tell({ event: "lost" }).filter((effect) => effect.effect === "signal-leader");
    expect(told).toHaveLength(3);
    expect(bench.pass(1.1 * second, { beats: false }).filter((effect) => effect.effect === "sweep")).toHaveLength(3);
  });

  test("an undo that hangs does not keep the rest from being ended", () => {
    const bench = new Bench();
    bench.spawn("api");
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 60_000 });
    bench.tell({ event: "lost" });
    const effects = bench.pass(2 * second, { beats: false });
    expect(kinds(effects)).toContain("signal-leader");
  });

  test("nothing new begins any more", () => {
    const bench = new Bench();
    bench.spawn("api");
    bench.tell({ event: "lost" });
    for (const request of [{ ask: "spawn", spec: childSpec("late") }, { ask: "start", child: "api" }, { ask: "lease", lease: "x", undo: http, leaseMs: 1 }] as const) {
      const { id, effects } = bench.ask(request);
      expect(answered(effects, id)).toBe("refuse");
    }
  });
});

/** Plays the world at random: children die, undos take their time or fail, requests come at any moment. The end must always come. */
test.each(Array.from({ length: 300 }, (_, seed) => seed))("whatever happens, closing ends everything (seed %i)", (seed) => {
  const roll = dice(seed, "supervisor");
  const bench = new Bench();
  const pending: EventBody[] = [];
  const alive = new Set<string>();
  let pid = 1_000;
  let isFinished = false;
  const play = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.effect === "spawn") {
        pid += 1;
        alive.add(`${effect.child} ${pid}`);
        pending.push({ event: "spawned", child: effect.child, process: { pid, startTicks: pid } });
      } else if (effect.effect === "sweep") {
        if (alive.delete(`${effect.child} ${effect.process.pid}`)) pending.push({ event: "exited", child: effect.child, pid: effect.process.pid, ended: "SIGKILL" });
        pending.push({ event: "swept", child: effect.child, pid: effect.process.pid, left: [] });
      } else if (effect.effect === "signal-leader" && roll() < 0.7) {
        if (alive.delete(`${effect.child} ${effect.process.pid}`)) pending.push({ event: "exited", child: effect.child, pid: effect.process.pid, ended: "0" });
      } else if (effect.effect === "undo" && roll() < 0.9) {
        pending.push({ event: "undone", lease: effect.lease, problem: roll() < 0.2 ? "no" : null });
      } else if (effect.effect === "clean") {
        expect(alive.size).toBe(0);
        pending.push({ event: "cleaned", left: [] });
      } else if (effect.effect === "finish") isFinished = true;
    }
  };
  const children = ["a", "b", "c"];
  const pick = (): string => children[integerBetween(roll, 0, 2)] ?? "a";
  const closeAt = integerBetween(roll, 5, 60);
  for (let step = 0; step < 400 && bench.state.stage !== "closed"; step += 1) {
    bench.nowUs += integerBetween(roll, 1, second / 2);
    const next = pending.splice(integerBetween(roll, 0, Math.max(0, pending.length - 1)), 1)[0];
    if (next !== undefined && roll() < 0.8) play(bench.tell(next));
    else if (next !== undefined) pending.push(next);
    if (step === closeAt) play(roll() < 0.5 ? bench.tell({ event: "lost" }) : bench.ask({ ask: "close" }).effects);
    const child = pick();
    const dice6 = integerBetween(roll, 1, 8);
    if (dice6 === 1) play(bench.ask({ ask: "spawn", spec: childSpec(child, "always") }).effects);
    else if (dice6 === 2) play(bench.ask({ ask: "stop", child }).effects);
    else if (dice6 === 3) play(bench.ask({ ask: "kill", child }).effects);
    else if (dice6 === 4) play(bench.ask({ ask: "lease", lease: `${step}`, undo: roll() < 0.5 ? http : { do: "start", child }, leaseMs: 3_000 }).effects);
    else if (dice6 === 5) play(bench.ask({ ask: "start", child }).effects);
    else if (dice6 === 6) play(bench.ask({ ask: "forget", child }).effects);
    else if (dice6 === 7) play(bench.ask({ ask: "beat" }).effects);
    play(bench.tell({ event: "tick" }));
  }
  expect(isFinished).toBe(true);
  expect(bench.state.stage).toBe("closed");
});
