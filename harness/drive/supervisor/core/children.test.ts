import { describe, expect, test } from "vitest";
import { answered, Bench, childSpec, kinds, second } from "./bench.fixture.ts";
import { limits } from "./state.ts";

describe("children", () => {
  test("is stopped by its own signal, or by the one that is asked for", () => {
    const bench = new Bench();
    bench.spawn("api");
    bench.spawn("postgres");
    expect(bench.ask({ ask: "stop", child: "api" }).effects).toContainEqual(expect.objectContaining({ effect: "signal-leader", signal: "SIGTERM" }));
    expect(bench.ask({ ask: "stop", child: "postgres", signal: "SIGQUIT" }).effects).toContainEqual(expect.objectContaining({ effect: "signal-leader", signal: "SIGQUIT" }));
  });

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

  test("a start finds out that the process has died, before its exit is told", () => {
    const bench = new Bench();
    const pid = bench.spawn("api");
    const { id, effects } = bench.ask({ ask: "start", child: "api" });
    expect(kinds(effects)).toEqual(["look"]);
    expect(answered(bench.tell({ event: "looked", child: "api", pid, alive: false }), id)).toBeNull();
    expect(kinds(bench.end("api", pid))).toContain("spawn");
    bench.effects.length = 0;
    bench.spawned("api");
    expect(answered(bench.effects, id)).toBe("reply");
  });

  test("a start of one that is there is answered with it", () => {
    const bench = new Bench();
    const pid = bench.spawn("api");
    const { id } = bench.ask({ ask: "start", child: "api" });
    expect(answered(bench.tell({ event: "looked", child: "api", pid, alive: true }), id)).toBe("reply");
  });

  test.each(["SIGKILL", "SIGTERM"] as const)("a start waits for a new process where a fault has sent the old one %s", (signal) => {
    const bench = new Bench();
    const pid = bench.spawn("api");
    bench.ask({ ask: "signal", process: { pid, startTicks: pid }, signal });
    const { id, effects } = bench.ask({ ask: "start", child: "api" });
    expect(answered(effects, id)).toBeNull();
    // It has its orderly time, and no more.
    expect(kinds(bench.pass(2.9 * second))).not.toContain("sweep");
    expect(kinds(bench.pass(3.1 * second))).toContain("sweep");
    expect(kinds(bench.end("api", pid))).toContain("spawn");
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

  test("one whose first start fails is not known afterwards", () => {
    const bench = new Bench();
    const { id } = bench.ask({ ask: "spawn", spec: childSpec("api") });
    const failure = { code: "tool-missing", message: "there is no api", hint: "" } as const;
    expect(answered(bench.tell({ event: "spawn-failed", child: "api", failure }), id)).toBe("refuse");
    expect(bench.state.children.has("api")).toBe(false);
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
