import { describe, expect, test } from "vitest";
import { answered, Bench, childSpec, http, kinds, second } from "./bench.fixture.ts";

describe("R3: the journal comes first", () => {
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

  test("children that wait for their restart are ended at once, and the next one's turn comes", () => {
    const bench = new Bench();
    const older = bench.spawn("postgres", "always");
    const newer = bench.spawn("api", "always");
    bench.end("api", newer);
    expect(bench.stage("api")).toBe("waiting");
    expect(bench.ask({ ask: "close" }).effects).toContainEqual(expect.objectContaining({ effect: "signal-leader", child: "postgres" }));
    expect(kinds(bench.end("postgres", older))).toContain("clean");
  });

  test("a clean-up that never answers is given up, and says so", () => {
    const bench = new Bench();
    const { id } = bench.ask({ ask: "close" });
    expect(answered(bench.pass(29 * second), id)).toBeNull();
    expect(bench.pass(31 * second)).toContainEqual(expect.objectContaining({ effect: "reply", id, value: expect.objectContaining({ complete: false }) }));
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
