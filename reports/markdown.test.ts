import { describe, expect, it } from "vitest";
import { expectGolden } from "./golden.fixture.ts";
import { annotations, renderMarkdown } from "./markdown.ts";
import { sampleInput, sampleRow } from "./sample.fixture.ts";

const mebibyte = 1024 * 1024;

function inputWith(count: number): ReturnType<typeof sampleInput> {
  const input = sampleInput();
  const long = "é".repeat(5000);
  const objectives = Array.from({ length: count }, (_, index) => sampleRow({ objective: `X-${index}`, required: true, outcome: index % 2 === 0 ? "fail" : "pass", statement: long, why: long }));
  return { ...input, suite: { ...input.suite, objectives } };
}

describe("Markdown", () => {
  it("is as agreed", () => {
    expectGolden("golden/report.md", renderMarkdown(sampleInput()));
  });

  it("stays under 1 MiB", () => {
    expect(Buffer.byteLength(renderMarkdown(inputWith(3000)))).toBeLessThan(mebibyte);
  });

  it("has at most 10 annotations, the last one says how many more", () => {
    const lines = annotations(inputWith(30));
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("::warning title=Roadworthy::6 more are in the report");
  });

  it("annotates failures as errors and the undecided as warnings", () => {
    expect(annotations(sampleInput()).map((line) => line.slice(0, 22))).toEqual(["::error title=CON-91 B", "::warning title=CON-03"]);
  });
});
