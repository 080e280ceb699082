import { describe, expect, it } from "vitest";
import { expectGolden } from "./golden.fixture.ts";
import { sampleInput, sampleRow } from "./sample.fixture.ts";
import { renderTerminal } from "./terminal.ts";

const options = { color: false, width: 110, all: false };

describe("the last screen in a terminal", () => {
  it("is as agreed", () => {
    expectGolden("golden/terminal.txt", renderTerminal(sampleInput(), options));
  });

  it("expands what is folded with --all", () => {
    expectGolden("golden/terminal-all.txt", renderTerminal(sampleInput(), { ...options, all: true }));
  });

  it("has colour only when asked, and the same words", () => {
    const colored = renderTerminal(sampleInput(), { ...options, color: true });
    expect(colored).toContain("\u{1B}[1;31mFAIL\u{1B}[0m");
    expect(colored.replaceAll(new RegExp(String.raw`\u{1B}\[[\d;]*m`, "gu"), "")).toBe(renderTerminal(sampleInput(), options));
  });

  it("keeps to the width, but for commands that must stay whole", () => {
    const lines = renderTerminal(sampleInput(), { ...options, width: 80, all: true }).split("\n");
    const wide = lines.filter((line) => Array.from(line).length > 80 && !/^ (Report|Why|Repeat)|^ [✗?] |^FAIL|^exit/.test(line));
    expect(wide).toEqual([]);
  });

  it("says what was left behind with the command that undoes it", () => {
    const input = sampleInput();
    const suite = { ...input.suite, cleanup: { complete: false, left: [{ kind: "process", id: "4711", command: "kill 4711" }] } };
    expect(renderTerminal({ ...input, suite }, options)).toContain("! CLEAN-UP INCOMPLETE: process 4711 (undo: kill 4711)");
  });

  it("names a link that no scenario used, with what to configure, and one that was not counted", () => {
    const input = sampleInput();
    const linked = (...uses: ({ connections: number; bytesUp: number; bytesDown: number } | null)[]): string => {
      const scenarios = input.scenarios.map((scenario, index) => ({ ...scenario, verdict: { ...scenario.verdict, links: [{ link: "api-cache", from: "api", to: "cache", use: uses[index] ?? null }] } }));
      return renderTerminal({ ...input, scenarios }, { ...options, width: 1000 });
    };
    const [some, none] = [{ connections: 1, bytesUp: 5, bytesDown: 0 }, { connections: 0, bytesUp: 0, bytesDown: 0 }];
    expect(linked(none, none)).toMatch(/! Nothing of api went over link api-cache: .*Give it {{link:api-cache}}.*cluster-announce-ip.*advertised\.listeners/);
    expect(linked(none, some)).not.toContain("api-cache");
    expect(linked(null, some)).not.toContain("api-cache");
  });

  it("shows what a search found in full, beside what is folded", () => {
    const input = sampleInput();
    const row = sampleRow({ objective: "crowd/capacity", required: false, kind: "capacity", status: "information", outcome: null, why: "200/s kept FAST (600 requests in 3 s); 210/s did not." });
    const text = renderTerminal({ ...input, suite: { ...input.suite, objectives: [row] } }, options);
    expect(text).toContain(" i crowd/capacity: 200/s kept FAST (600 requests in 3 s); 210/s did not.\n");
    expect(text).toContain("1 information only");
  });

  it("shows a required objective that nothing ruled on as inconclusive", () => {
    const input = sampleInput();
    const row = sampleRow({ objective: "CON-77", required: true, status: "not covered", outcome: null, why: "its scenario is not in this suite" });
    const text = renderTerminal({ ...input, suite: { ...input.suite, objectives: [row] } }, options);
    expect(text).toMatch(/ \? CON-77 .*not ruled/);
  });

  it("says whose latency is service time, and that a closed model has no schedule to be late on", () => {
    const input = sampleInput();
    const loaded = (latencies: readonly ("response time" | "service time")[], startLagP99Ms: number | null): string => {
      const scenarios = input.scenarios.map(({ header, verdict, evidence }) => ({
        header,
        verdict: { ...verdict, generator: { ...verdict.generator, startLagP99Ms } },
        evidence: { ...evidence, workloads: latencies.map((latency, index) => ({ name: `load-${index}`, shape: "any", ratePerSecond: null, latency })) },
      }));
      return renderTerminal({ ...input, scenarios }, { ...options, width: 1000 });
    };
    expect(loaded(["service time"], null)).toContain("no schedule to lag behind; latency of load-0 is service time");
    expect(loaded(["response time", "service time"], 2)).toContain("lag p99 2 ms; latency of load-1 is service time");
    expect(loaded(["response time"], 2)).not.toContain("service time");
    expect(loaded([], null)).toContain("lag unknown");
  });
});
