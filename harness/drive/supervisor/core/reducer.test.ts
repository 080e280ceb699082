/** The supervisor's mind in virtual time: nothing here waits, spawns or writes. */

import { describe, expect, test } from "vitest";
import { dice, integerBetween } from "../../../base/random.ts";
import type { ChildSpec, SupervisorRequest, Undo } from "../protocol.ts";
import { nextDeadlineUs, reduce } from "./reducer.ts";
import { firstState, limits, type Effect, type SupervisorEvent, type SupervisorState } from "./state.ts";

type EventBody = SupervisorEvent extends infer Each ? (Each extends SupervisorEvent ? Omit<Each, "atUs"> : never) : never;

const second = 1_000_000;
const http: Undo = { do: "http", method: "DELETE", url: "http://127.0.0.1:1/toxic", body: null, done: [204], verify: null };

function childSpec(id: string, policy: "never" | "always" = "never"): ChildSpec {
  return { id, command: [id], workingFolder: "/", env: {}, restart: { policy, delayMs: 500 }, stop: { signal: "SIGTERM", withinMs: 3_000 }, runAs: null, input: false };
}

/** Drives the reducer by hand: what it decides is recorded and nothing is done. */
class Bench {
  state: SupervisorState = firstState(0);
  nowUs = 0;
  effects: Effect[] = [];
  #lastId = 0;
  #lastPid = 100;

  /** Answers the effects of this event. */
  tell(body: EventBody): readonly Effect[] {
    const turn = reduce(this.state, { ...body, atUs: this.nowUs } as SupervisorEvent);
    this.state = turn.state;
    this.effects.push(...turn.effects);
    return turn.effects;
  }

  ask(request: SupervisorRequest): { id: number; effects: readonly Effect[] } {
    const id = (this.#lastId += 1);
    return { id, effects: this.tell({ event: "asked", id, request }) };
  }

  spawn(id: string, policy: "never" | "always" = "never"): number {
    this.ask({ ask: "spawn", spec: childSpec(id, policy) });
    return this.spawned(id);
  }

  spawned(child: string): number {
    const pid = (this.#lastPid += 1);
    this.tell({ event: "spawned", child, process: { pid, startTicks: pid } });
    return pid;
  }

  end(child: string, pid: number): readonly Effect[] {
    this.tell({ event: "exited", child, pid, ended: "SIGKILL" });
    return this.tell({ event: "swept", child, pid, left: [] });
  }

  /** Lets time pass, with a beat each half second unless it is to be silent. */
  pass(untilUs: number, { beats = true } = {}): readonly Effect[] {
    const from = this.effects.length;
    while (this.nowUs < untilUs) {
      const dueUs = nextDeadlineUs(this.state) ?? Number.POSITIVE_INFINITY;
      this.nowUs = Math.min(untilUs, Math.max(this.nowUs + 1, Math.min(dueUs, this.nowUs + second / 2)));
      this.tell({ event: "tick" });
      if (beats) this.ask({ ask: "beat" });
    }
    return this.effects.slice(from);
  }

  stage(child: string): string | undefined {
    return this.state.children.get(child)?.stage.is;
  }
}

function kinds(effects: readonly Effect[]): string[] {
  return effects.map((effect) => effect.effect);
}

function answered(effects: readonly Effect[], id: number): "reply" | "refuse" | null {
  const found = effects.find((effect) => (effect.effect === "reply" || effect.effect === "refuse") && effect.id === id);
  return found?.effect === "reply" || found?.effect === "refuse" ? found.effect : null;
}

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

describe("children", () => {
  test("one that dies is restarted after its delay, once nothing of it is left", () => {
    const bench = new Bench();
    const pid = bench.spawn("api", "always");
    bench.tell({ event: "exited", child: "api", pid, ended: "1" });
    expect(bench.stage("api")).toBe("sweeping");
    bench.tell({ event: "swept", child: "api", pid, left: [] });
    expect(bench.stage("api")).toBe("waiting");
    expect(kinds(bench.pass(0.4 * second))).not.toContain("spawn");
    expect(kinds(bench.pass(0.6 * second))).toContain("spawn");
  });

  test("one that keeps dying is given up", () => {
    const bench = new Bench();
    let pid = bench.spawn("api", "always");
    for (let death = 0; death < limits.restartsInWindow; death += 1) {
      bench.end("api", pid);
      bench.pass(bench.nowUs + second);
      expect(bench.stage("api")).toBe("starting");
      pid = bench.spawned("api");
    }
    const effects = bench.end("api", pid);
    expect(effects).toContainEqual(expect.objectContaining({ effect: "notice", notice: expect.objectContaining({ notice: "gave-up" }) }));
    expect(bench.stage("api")).toBe("ended");
  });

  test("one that was stopped on purpose stays down until it is started", () => {
    const bench = new Bench();
    const pid = bench.spawn("api", "always");
    const { id } = bench.ask({ ask: "stop", child: "api" });
    expect(bench.effects.at(-1)).toMatchObject({ effect: "signal-leader", signal: "SIGTERM" });
    expect(answered(bench.end("api", pid), id)).toBe("reply");
    expect(kinds(bench.pass(5 * second))).not.toContain("spawn");
    expect(kinds(bench.ask({ ask: "start", child: "api" }).effects)).toContain("spawn");
  });

  test("one that does not end in time is killed", () => {
    const bench = new Bench();
    bench.spawn("api");
    bench.ask({ ask: "stop", child: "api" });
    expect(kinds(bench.pass(2.9 * second))).not.toContain("sweep");
    expect(kinds(bench.pass(3.1 * second))).toContain("sweep");
  });

  test("a start that comes while it is being killed waits for a new process", () => {
    const bench = new Bench();
    const pid = bench.spawn("api");
    bench.ask({ ask: "kill", child: "api" });
    const { id, effects } = bench.ask({ ask: "start", child: "api" });
    expect(answered(effects, id)).toBeNull();
    expect(kinds(bench.end("api", pid))).toContain("spawn");
    bench.effects.length = 0;
    bench.spawned("api");
    expect(answered(bench.effects, id)).toBe("reply");
  });

  test("the exit of an earlier process does not end the present one", () => {
    const bench = new Bench();
    const pid = bench.spawn("api", "always");
    bench.end("api", pid);
    bench.pass(second);
    bench.spawned("api");
    bench.tell({ event: "exited", child: "api", pid, ended: "SIGKILL" });
    expect(bench.stage("api")).toBe("running");
  });

  test("forgetting one ends it first", () => {
    const bench = new Bench();
    const pid = bench.spawn("load");
    const { id } = bench.ask({ ask: "forget", child: "load" });
    expect(answered(bench.end("load", pid), id)).toBe("reply");
    expect(bench.state.children.has("load")).toBe(false);
  });

  test("requests about strangers are refused", () => {
    const bench = new Bench();
    for (const ask of ["start", "stop", "kill", "forget", "processes"] as const) {
      const { id, effects } = bench.ask({ ask, child: "nobody" });
      expect(answered(effects, id)).toBe("refuse");
    }
  });
});

describe("leases", () => {
  test("release undoes, and answers once the effect is seen", () => {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 10_000 });
    const { id, effects } = bench.ask({ ask: "release", lease: "a" });
    expect(kinds(effects)).toEqual(["undo"]);
    expect(answered(bench.tell({ event: "undone", lease: "a", problem: null }), id)).toBe("reply");
    expect(answered(bench.ask({ ask: "release", lease: "a" }).effects, id + 1)).toBe("reply");
  });

  test("a failed undo is refused with the command that does it by hand, and can be tried again", () => {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 10_000 });
    bench.ask({ ask: "release", lease: "a" });
    const effects = bench.tell({ event: "undone", lease: "a", problem: "it answered 500" });
    expect(effects).toMatchObject([{ effect: "refuse", failure: { code: "cleanup-incomplete", hint: "curl -X DELETE http://127.0.0.1:1/toxic" } }]);
    expect(kinds(bench.ask({ ask: "release", lease: "a" }).effects)).toEqual(["undo"]);
  });

  test("one that is out of time is undone and told", () => {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 1_000 });
    expect(kinds(bench.pass(0.9 * second))).not.toContain("undo");
    expect(kinds(bench.pass(1.1 * second))).toContain("undo");
    expect(bench.tell({ event: "undone", lease: "a", problem: null })).toContainEqual(
      expect.objectContaining({ effect: "notice", notice: { notice: "lease-expired", lease: "a", healed: true, why: null, atUs: bench.nowUs } }),
    );
  });

  test("`start` brings back a stopped child, and is done when it runs", () => {
    const bench = new Bench();
    const pid = bench.spawn("redis");
    bench.ask({ ask: "lease", lease: "a", undo: { do: "start", child: "redis" }, leaseMs: 10_000 });
    bench.ask({ ask: "stop", child: "redis" });
    bench.end("redis", pid);
    const { id, effects } = bench.ask({ ask: "release", lease: "a" });
    expect(kinds(effects)).toContain("spawn");
    bench.effects.length = 0;
    bench.spawned("redis");
    expect(answered(bench.effects, id)).toBe("reply");
    expect(bench.state.leases.get("a")?.stage).toBe("done");
  });

  test("silence for two seconds undoes all, newest first and one after the other, and leaves the processes alone", () => {
    const bench = new Bench();
    bench.spawn("api");
    for (const lease of ["old", "new"]) bench.ask({ ask: "lease", lease, undo: http, leaseMs: 60_000 });
    expect(kinds(bench.pass(1.9 * second, { beats: false }))).not.toContain("undo");
    const first = bench.pass(2.1 * second, { beats: false }).filter((effect) => effect.effect === "undo");
    expect(first).toMatchObject([{ lease: "new" }]);
    const second_ = bench.tell({ event: "undone", lease: "new", problem: null }).filter((effect) => effect.effect === "undo");
    expect(second_).toMatchObject([{ lease: "old" }]);
    expect(bench.stage("api")).toBe("running");
    const { id, effects } = bench.ask({ ask: "lease", lease: "late", undo: http, leaseMs: 1_000 });
    expect(answered(effects, id)).toBe("refuse");
    bench.ask({ ask: "beat" });
    expect(answered(bench.ask({ ask: "lease", lease: "later", undo: http, leaseMs: 1_000 }).effects, id + 2)).toBe("reply");
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
  let finished = 0;
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
      } else if (effect.effect === "finish") finished += 1;
    }
  };
  const children = ["a", "b", "c"];
  const pick = (): string => children[integerBetween(roll, 0, 2)] ?? "a";
  const closeAt = integerBetween(roll, 5, 60);
  for (let step = 0; step < 400 && finished === 0; step += 1) {
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
  expect(finished).toBe(1);
  expect(bench.state.stage).toBe("closed");
});
