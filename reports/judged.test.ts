import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { syntheticVariants, writeSyntheticRun } from "../harness/judge/corpus/synthetic.fixture.ts";
import { explainObjective, judgeSuite } from "../harness/judge/index.ts";
import { render, renderVerdict, reportFormats } from "./index.ts";

describe("reports of judged logs", () => {
  it.each(syntheticVariants)("of a run that is %s agree, and are the same bytes from a copy of its folder", (variant) => {
    using first = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
    using second = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
    for (const folder of [first, second]) writeSyntheticRun(folder.path, { variant });
    const input = judgeSuite(first.path);
    const copy = judgeSuite(second.path);
    for (const format of reportFormats) expect(render(format, copy)).toBe(render(format, input));
    expect(/<failure|<error/.test(render("junit", input))).toBe(input.suite.exitCode !== 0);
    expect(render("terminal", input)).toContain(`exit ${input.suite.exitCode} `);
    // Throws when a verdict does not keep its published schema.
    expect(input.scenarios.map(({ verdict }) => JSON.parse(renderVerdict(verdict)))).toHaveLength(input.scenarios.length);
  });

  it("draw the planned time line above what happened, with the faults and the rates of the load", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
    writeSyntheticRun(folder.path, { variant: "fail" });
    const page = render("html", judgeSuite(folder.path));
    const [steady = "", outage = ""] = page.match(/<svg class="time-line"[^]*?<\/svg>/g) ?? [];
    expect(steady).not.toContain("fault cut");
    // Planned and happened begin at one place, one below the other.
    expect(outage).toContain("<title>cut, planned: 0:12.0 to 0:17.0</title><rect class=\"plan\"");
    expect(outage).toMatch(/<title>cut, confirmed: 0:12.0 to 0:17.0<\/title><rect class="window confirmed"/);
    expect(outage).toMatch(/<title>cut, healed: 0:17.0 to 0:29.0<\/title><rect class="window healed"/);
    expect(outage).toContain("<title>baseline: 0:02.0 to 0:12.0</title>");
    expect(outage).toContain("<title>orders: at most 50/s</title>");
    const place = (pattern: RegExp): number[] => pattern.exec(outage)?.slice(1).map(Number) ?? [];
    const [planX = 0, planY = 0] = place(/class="plan" x="([\d.]+)" y="([\d.]+)"/);
    const [happenedX = 0, happenedY = 0] = place(/class="window confirmed" x="([\d.]+)" y="([\d.]+)"/);
    expect(Math.abs(planX - happenedX)).toBeLessThan(1);
    expect(happenedY).toBeGreaterThan(planY);
  });
});

describe("whether the gates can go red", () => {
  // 18, 19, 20 and 21 November 2026, 09:00 UTC.
  const seen = ["ORD-01", "ORD-02", "ORD-07", "ORD-10"].map((objective, index) => ({ objective, atUnixMs: 1_794_992_400_000 + index * 86_400_000, by: "broken/dead" }));
  const rendered = (gatesSeenRed: typeof seen): string[] => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
    writeSyntheticRun(folder.path, { gatesSeenRed });
    const input = judgeSuite(folder.path);
    return (["terminal", "md", "html"] as const).map((format) => render(format, input));
  };

  it("is told with the oldest day, where each has been seen red", () => {
    for (const text of rendered(seen)) expect(text.replaceAll(/\s+/g, " ")).toContain("Each gate has been seen red, the longest ago on 18 Nov 2026 09:00 UTC");
  });

  it("names the gates that never were", () => {
    for (const text of rendered(seen.slice(1, 3))) expect(text.replaceAll("\\", "")).toContain("2 of 4 gates never seen red (ORD-01, ORD-10): roadworthy selftest shows whether they can");
    expect(rendered([])[2]).toContain("never: it has not been shown that this gate can go red");
  });

  it("stands beside the objective, in the report and where it is explained", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
    writeSyntheticRun(folder.path, { gatesSeenRed: seen });
    expect(render("html", judgeSuite(folder.path))).toContain("gate last seen red on 20 Nov 2026 09:00 UTC, by broken/dead");
    expect(explainObjective(folder.path, "ORD-07")).toContain("seen red   2026-11-20T09:00:00.000Z, by broken/dead");
  });
});

describe("a control", () => {
  it("is said to be one by every output, and none of them passes", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
    writeSyntheticRun(folder.path, { control: { what: "one id in 10 is left out", turnsRed: ["ORD-10"], act: { kind: "altered-read-back", ledger: "orders", everyNth: 10, how: "withheld" } } });
    const input = judgeSuite(folder.path);
    for (const format of reportFormats) expect(render(format, input)).toContain("this is a control, and no release is judged by it: one id in 10 is left out");
    expect(render("junit", input)).toContain("<error");
    expect(input.scenarios.map(({ verdict }) => verdict.outcome)).toEqual(["inconclusive", "inconclusive"]);
  });
});
