import { describe, expect, test } from "vitest";
import type { Undo } from "../protocol.ts";
import { answered, Bench, http, kinds, second } from "./bench.fixture.ts";

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

  test("R5: one that is out of time is undone and told", () => {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 1_000 });
    expect(kinds(bench.pass(0.9 * second))).not.toContain("undo");
    expect(kinds(bench.pass(1.1 * second))).toContain("undo");
    expect(bench.tell({ event: "undone", lease: "a", problem: null })).toContainEqual(
      expect.objectContaining({ effect: "notice", notice: { notice: "lease-expired", lease: "a", healed: true, why: null, atUs: bench.nowUs } }),
    );
  });

  test("R5: none is granted beyond the limit for the longest fault", () => {
    const bench = new Bench();
    const ten = bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 610_000 });
    expect(answered(ten.effects, ten.id)).toBe("reply");
    expect(bench.ask({ ask: "lease", lease: "b", undo: http, leaseMs: 610_001 }).effects).toMatchObject([{ effect: "refuse", failure: { code: "not-allowed" } }]);
    expect(bench.state.leases.has("b")).toBe(false);
  });

  test("R5: one that is renewed lives on, and ends without the next renewal", () => {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 2_000 });
    bench.pass(1.5 * second);
    const { id, effects } = bench.ask({ ask: "renew", lease: "a", leaseMs: 3_000 });
    expect(answered(effects, id)).toBe("reply");
    expect(kinds(bench.pass(4.4 * second))).not.toContain("undo");
    expect(kinds(bench.pass(4.6 * second))).toContain("undo");
    expect(bench.ask({ ask: "renew", lease: "a", leaseMs: 3_000 }).effects).toMatchObject([{ effect: "refuse", failure: { code: "not-found", message: 'lease "a" is not held any more' } }]);
    expect(bench.ask({ ask: "renew", lease: "b", leaseMs: 3_000 }).effects).toMatchObject([{ effect: "refuse", failure: { code: "not-found" } }]);
  });

  test("a renewal never brings the end nearer", () => {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 10_000 });
    bench.ask({ ask: "renew", lease: "a", leaseMs: 1_000 });
    expect(kinds(bench.pass(9.9 * second))).not.toContain("undo");
  });

  test("R5: renewals do not add up to more than the longest fault, nor keep it from a silent harness", () => {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 10_000 });
    bench.pass(5 * second);
    expect(bench.ask({ ask: "renew", lease: "a", leaseMs: 605_001 }).effects).toMatchObject([{ effect: "refuse", failure: { code: "not-allowed" } }]);
    const { id, effects } = bench.ask({ ask: "renew", lease: "a", leaseMs: 605_000 });
    expect(answered(effects, id)).toBe("reply");
    expect(kinds(bench.pass(7.1 * second, { beats: false }))).toContain("undo");
  });

  test("an undo that never answers counts as failed, and as done when it answers after all", () => {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 60_000 });
    const { id } = bench.ask({ ask: "release", lease: "a" });
    expect(answered(bench.pass(17 * second), id)).toBe("refuse");
    bench.tell({ event: "undone", lease: "a", problem: null });
    expect(bench.state.leases.get("a")?.stage).toBe("done");
  });

  test("`run` is carried out while its child is known, and is pointless once everything is ended", () => {
    const bench = new Bench();
    bench.spawn("redis");
    const undo = { do: "run", module: "harness/drive/faults/restore/main", input: "{}", livesIn: "redis" } as const;
    for (const lease of ["a", "b"]) bench.ask({ ask: "lease", lease, undo, leaseMs: 10_000 });
    expect(kinds(bench.ask({ ask: "release", lease: "a" }).effects)).toEqual(["undo"]);
    bench.tell({ event: "undone", lease: "a", problem: null });
    expect(kinds(bench.ask({ ask: "close" }).effects)).not.toContain("undo");
    expect(bench.state.leases.get("b")?.stage).toBe("done");
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

  test("R5: silence for two seconds undoes all, newest first and one after the other, and leaves the processes alone", () => {
    const bench = new Bench();
    bench.spawn("api");
    for (const lease of ["old", "new"]) bench.ask({ ask: "lease", lease, undo: http, leaseMs: 60_000 });
    expect(kinds(bench.pass(1.9 * second, { beats: false }))).not.toContain("undo");
    const first = bench.pass(2.1 * second, { beats: false }).filter((effect) => effect.effect === "undo");
    expect(first).toMatchObject([{ lease: "new" }]);
    const then = bench.tell({ event: "undone", lease: "new", problem: null }).filter((effect) => effect.effect === "undo");
    expect(then).toMatchObject([{ lease: "old" }]);
    expect(bench.stage("api")).toBe("running");
    const { id, effects } = bench.ask({ ask: "lease", lease: "late", undo: http, leaseMs: 1_000 });
    expect(answered(effects, id)).toBe("refuse");
    bench.ask({ ask: "beat" });
    expect(answered(bench.ask({ ask: "lease", lease: "later", undo: http, leaseMs: 1_000 }).effects, id + 2)).toBe("reply");
  });
});

describe("an act that comes after its undo, because the harness was paused between lease and act", () => {
  function paused(): Bench {
    const bench = new Bench();
    bench.ask({ ask: "lease", lease: "a", undo: http, leaseMs: 60_000 });
    expect(kinds(bench.pass(2.1 * second, { beats: false }))).toContain("undo");
    return bench;
  }

  test("is undone by the release, whose answer waits for it", () => {
    const bench = paused();
    expect(kinds(bench.tell({ event: "undone", lease: "a", problem: null }))).toContain("notice");
    bench.ask({ ask: "beat" });
    const { id, effects } = bench.ask({ ask: "release", lease: "a" });
    expect(kinds(effects)).toEqual(["undo"]);
    const then = bench.tell({ event: "undone", lease: "a", problem: null });
    expect(kinds(then)).toEqual(["journal", "reply"]);
    expect(answered(then, id)).toBe("reply");
    expect(kinds(bench.ask({ ask: "release", lease: "a" }).effects)).toEqual(["reply"]);
  });

  test("is undone by the release also when the first undo is still under way", () => {
    const bench = paused();
    const { id, effects } = bench.ask({ ask: "release", lease: "a" });
    expect(kinds(effects)).toEqual([]);
    expect(kinds(bench.tell({ event: "undone", lease: "a", problem: null }))).toEqual(["notice", "undo"]);
    expect(answered(bench.tell({ event: "undone", lease: "a", problem: null }), id)).toBe("reply");
  });

  test("is undone by the last clean-up when the harness never releases it", () => {
    const bench = paused();
    expect(kinds(bench.tell({ event: "undone", lease: "a", problem: null }))).not.toContain("journal");
    expect(bench.tell({ event: "lost" })).toContainEqual(expect.objectContaining({ effect: "clean", undos: new Map([["a", http]]) }));
  });
});

describe("commands of the user's own", () => {
  const command: Undo = { do: "command", command: ["heal"], workingFolder: "/", verify: null };

  test("R1: of a lost harness they wait until what disturbs has ended, and are the last clean-up's", () => {
    const bench = new Bench();
    const pid = bench.spawn("inject");
    for (const [lease, undo] of [["own", command], ["toxic", http]] as const) bench.ask({ ask: "lease", lease, undo, leaseMs: 60_000 });
    const begun = bench.tell({ event: "lost" }).filter(({ effect }) => effect === "undo");
    expect(begun).toMatchObject([{ lease: "toxic" }]);
    const then = bench.tell({ event: "undone", lease: "toxic", problem: null });
    expect(kinds(then)).not.toContain("undo");
    expect(kinds(then)).toContain("signal-leader");
    expect(bench.end("inject", pid)).toContainEqual(expect.objectContaining({ effect: "clean", undos: new Map([["own", command]]), forgiving: true }));
  });

  test("in an orderly close their time is before everything ends", () => {
    const bench = new Bench();
    bench.spawn("api");
    bench.ask({ ask: "lease", lease: "own", undo: command, leaseMs: 60_000 });
    expect(kinds(bench.ask({ ask: "close" }).effects)).toEqual(["undo"]);
  });
});

describe("containers", () => {
  const project = { endpoint: "unix:///engine.sock", run: "one" };
  const start = (run: string): Undo => ({ do: "engine", endpoint: project.endpoint, run, container: "c", to: { be: "running" } });

  test("R3: they are written down before they are made, and handed to the last clean-up", () => {
    const bench = new Bench();
    const asked = bench.ask({ ask: "project", project });
    expect(kinds(asked.effects)).toEqual(["journal", "reply"]);
    expect(bench.ask({ ask: "close" }).effects).toContainEqual(expect.objectContaining({ effect: "clean", projects: [project] }));
  });

  test("what was told last of the same ones counts: whether somebody is having more of them made", () => {
    const bench = new Bench();
    for (const inMaking of [true, false, true]) bench.ask({ ask: "project", project: { ...project, inMaking } });
    expect(bench.ask({ ask: "close" }).effects).toContainEqual(expect.objectContaining({ effect: "clean", projects: [{ ...project, inMaking: true }] }));
  });

  test("what cannot be written down is refused", () => {
    const bench = new Bench();
    const { id } = bench.ask({ ask: "project", project });
    expect(answered(bench.tell({ event: "making-refused", request: id, failure: { code: "cannot-write", message: "no", hint: "" } }), id)).toBe("refuse");
  });

  test("a silent harness has its containers brought back; at the end those that are removed anyway are not", () => {
    const bench = new Bench();
    bench.ask({ ask: "project", project });
    for (const [lease, run] of [["own", "one"], ["other", "two"]] as const) bench.ask({ ask: "lease", lease, undo: start(run), leaseMs: 60_000 });
    expect(kinds(bench.pass(3 * second, { beats: false }))).toContain("undo");

    const closing = new Bench();
    closing.ask({ ask: "project", project });
    for (const [lease, run] of [["own", "one"], ["other", "two"]] as const) closing.ask({ ask: "lease", lease, undo: start(run), leaseMs: 60_000 });
    const undone = closing.ask({ ask: "close" }).effects.filter(({ effect }) => effect === "undo");
    expect(undone).toMatchObject([{ lease: "other" }]);
    expect(kinds(closing.tell({ event: "undone", lease: "other", problem: null }))).not.toContain("undo");
    expect(closing.state.leases.get("own")?.stage).toBe("done");
  });
});
