import { describe, expect, it } from "vitest";
import { dayText, figureText, limitText, pointText, spanText } from "./figure.ts";
import { sampleRuling } from "./sample.fixture.ts";

describe("figures", () => {
  it.each([
    [{ indicator: "recovery-time", unit: "s", value: 41.2, interval: [41.1, 41.3] }, "41.2 s ± 100 ms"],
    // The lower end is cut at 0, so the precision is taken from the upper one.
    [{ indicator: "recovery-time", unit: "s", value: 0.01, interval: [0, 0.03] }, "10 ms ± 20 ms"],
    [{ indicator: "recovery-time", unit: "s", value: null, interval: [0, 0.02] }, "no outage seen ± 20 ms"],
    [{ indicator: "recovery-time", unit: "h", value: 0.5, interval: [0.4, 0.6] }, "30 min ± 6 min"],
    [{ indicator: "latency", unit: "ms", value: 212, interval: [0, 0.03] }, "212 ms, 0–0.03 % over the limit"],
    [{ indicator: "completion-errors", unit: "%", value: 0.42, interval: [0.07, 1.31] }, "0.42 %, may be 0.07–1.31 %"],
    [{ indicator: "ledger", unit: "documents", value: 1842, interval: null }, "1,842 documents"],
    [{ indicator: "gauge", unit: "items", value: null, interval: null }, "no value"],
  ] as const)("%j reads %j", (fields, text) => {
    const { interval, ...rest } = fields;
    expect(figureText(sampleRuling({ objective: "X", ...rest, interval: interval === null ? null : [...interval] }))).toBe(text);
  });

  it.each([
    ["<=", 5, "s", "≤ 5 s"],
    [">=", 99.95, "%", "≥ 99.95 %"],
    ["between", [1, 50], "replicas", "1 to 50 replicas"],
    ["measure", null, "ms", "measured only"],
    ["exists", null, "", "exists"],
    ["in", "10,50,100", "users", "in 10,50,100 users"],
  ] as const)("limit %s %j %s reads %j", (op, limit, unit, text) => {
    expect(limitText({ op, limit: typeof limit === "object" && limit !== null ? [limit[0], limit[1]] : limit, unit })).toBe(text);
  });

  it("times", () => {
    expect([0.4, 350, 1243, 41_200, 119_000, 231_000, 7_500_000].map(spanText)).toEqual(["0.4 ms", "350 ms", "1.24 s", "41.2 s", "119 s", "3 m 51 s", "2 h 5 m"]);
    expect([0, 65_349, 599_990, -1500, null].map(pointText)).toEqual(["0:00.0", "1:05.3", "10:00.0", "−0:01.5", "–"]);
  });

  it("days are those of UTC, and text that is none stays as it is", () => {
    expect(dayText("2026-01-02T23:59:59.999Z")).toBe("2 Jan 2026 23:59 UTC");
    expect(dayText("soon")).toBe("soon");
  });
});
