import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeShortSeries } from "../harness/judge/corpus/series.fixture.ts";
import { judgeSuite } from "../harness/judge/index.ts";
import { render, reportFormats, type ReportFormat, type ReportInput } from "./index.ts";

/** The first and third repeat are well, the second loses an order; the third had to be made twice. */
function flakySeries(): ReportInput {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
  const busy = { generator: { startLagP99Ms: 1, eventLoopDelayP99Ms: 90, cpuPercent: 20 } };
  writeShortSeries(folder.path, {
    rules: ["ORD-01", "ORD-10"],
    attempts: [{ conduct: {} }, { conduct: { copies: (n) => (n === 7 ? 0 : 1) } }, { conduct: busy }, { conduct: {}, again: true }],
  });
  return judgeSuite(folder.path);
}

describe("a series of repeats in which an objective is flaky", () => {
  const input = flakySeries();
  const texts = new Map<ReportFormat, string>(reportFormats.map((format) => [format, render(format, input).replaceAll(/\s+/g, " ")]));

  it.each(reportFormats)("is named so in %s, with the repeats in which it fails", (format) => {
    expect(texts.get(format)).toMatch(/flaky: it fails in repeat 2 and passes in repeats 1 and 3/i);
  });

  it.each(reportFormats.filter((format) => format !== "junit"))("tells in %s of the attempt that did not count, and why", (format) => {
    expect(texts.get(format)).toContain("repeat-3");
    expect(texts.get(format)).toMatch(/the load generator was too busy/);
  });

  it("gives CI servers the numbers", () => {
    expect(texts.get("junit")).toContain('<property name="repeats" value="3"/>');
    expect(texts.get("junit")).toContain('<property name="flaky" value="ORD-10"/>');
  });

  it("leads in its HTML from each row to its scenario, shows every repeat once, and loads nothing", () => {
    const page = render("html", input);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(links.filter((link) => !ids.includes(link))).toEqual([]);
    for (const repeat of [1, 2, 3]) expect(page.split(`<h3>steady, repeat ${repeat}</h3></summary>`).length).toBeGreaterThan(1);
    expect(page.replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "")).not.toMatch(/src="|href="(?!#|data:,")/);
  });
});
