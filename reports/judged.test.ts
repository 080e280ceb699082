import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { syntheticVariants, writeSyntheticRun } from "../harness/judge/corpus/synthetic.fixture.ts";
import { judgeSuite } from "../harness/judge/index.ts";
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
