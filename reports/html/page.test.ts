import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { payloads, poisoned, smaller } from "../hostile.fixture.ts";
import { sampleInput } from "../sample.fixture.ts";
import { renderHtml } from "./page.ts";

const page = renderHtml(sampleInput());

function inline(tag: "script" | "style"): string {
  return new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? "";
}

describe("the HTML report", () => {
  it("allows exactly its own script and style", () => {
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy).toBe(`default-src 'none'; script-src ${hash(inline("script"))}; style-src ${hash(inline("style"))}; img-src data:; base-uri 'none'; form-action 'none'`);
  });

  it("loads nothing and holds nothing that the policy would block", () => {
    const markup = page.replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "");
    expect(markup).not.toMatch(/ style="| on[a-z]+="|src="|href="(?!#|data:,")/);
  });

  it("tells the verdict, the first red row and the trust line without its script", () => {
    const first = page.slice(page.indexOf("<main>"), page.indexOf("<nav"));
    const text = first.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
    for (const words of ["✗ FAIL", "Release blocked", "CON-91", "41.2 s ± 100 ms", "limit ≤ 5 s", "pass → FAIL", "Trust this run?", "Nothing left running", "46 not covered here (12 evidence, 34 in other suites)"]) {
      expect(text).toContain(words);
    }
    expect(text.indexOf("CON-91")).toBeLessThan(text.indexOf("CON-03"));
  });

  it("explains every ruling", () => {
    expect(page).toContain("npx roadworthy explain 2026-11-20-1402-k3f CON-91");
    expect(page).toContain("continuum-report.md, line 1176");
    expect(page).toContain("p95; the roadmap names no percentile");
  });

  it("R31: has the same tags whatever the system under test says", () => {
    // How many rows the first screen has room for depends on how long their texts are; what kinds of tags there are, and how many that load or run something, does not.
    const active = /^<(?:script|style|link|meta|base|iframe|object|embed|img|svg|form|input|button|video|audio|template|title)$/i;
    const tags = (text: string): string[] => text.replace(/<!doctype html>/, "").match(/<\/?[a-zA-Z!][a-zA-Z0-9-]*/g) ?? [];
    const counted = (found: readonly string[]): string => [...new Set(found)].toSorted().concat(found.filter((tag) => active.test(tag)).toSorted()).join(" ");
    const clean = tags(renderHtml(poisoned(smaller(sampleInput()), -1)));
    const differ = payloads.filter((_, offset) => counted(tags(renderHtml(poisoned(smaller(sampleInput()), offset)))) !== counted(clean));
    expect(clean.length).toBeGreaterThan(500);
    expect(differ).toEqual([]);
  });
});
