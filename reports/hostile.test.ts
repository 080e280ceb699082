import { describe, expect, it } from "vitest";
import { payloads, poisoned, smaller } from "./hostile.fixture.ts";
import { renderJunit } from "./junit.ts";
import { annotations, renderMarkdown } from "./markdown.ts";
import { sampleInput } from "./sample.fixture.ts";
import { renderTerminal } from "./terminal.ts";

const clean = smaller(sampleInput());
const hostile = payloads.map((_, offset) => poisoned(clean, offset));
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe("R31: texts of the system under test stay text", () => {
  it("in a terminal: no control character but the line feeds of our own", () => {
    for (const input of hostile) {
      for (const all of [false, true]) {
        const lines = renderTerminal(input, { color: false, width: 100, all }).split("\n");
        expect(lines.filter((line) => controls.test(line))).toEqual([]);
      }
    }
  });

  it("in Markdown: no tag, link, image, mention or table border of theirs", () => {
    const tags = /<(?!\/?(?:details|summary|code)>)/;
    for (const input of hostile) {
      const text = renderMarkdown(input);
      expect(text).not.toMatch(tags);
      expect(text).not.toMatch(/(?<!\\)\[|(?<!\\)\]\(|:\/\/|(?<!\\)`(?!report\.html`| in)/);
      expect(text).not.toMatch(/@|(?<!\\)\$/);
      const rows = text.split("\n").filter((line) => line.startsWith("|"));
      expect(rows.filter((line) => line.match(/(?<!\\)\|/g)?.length !== 7)).toEqual([]);
    }
  });

  it("in annotations: one workflow command a line", () => {
    for (const input of hostile) {
      for (const line of annotations(input)) {
        expect(line).toMatch(/^::(error|warning) title=[^:,\n]*::[^\n]*$/);
        expect(line).not.toMatch(/%(?!25|3A|2C)/);
      }
    }
  });

  it("in JUnit: as many cases as objectives, whatever their names close", () => {
    for (const input of hostile) {
      const xml = renderJunit(input).replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, "");
      expect(xml.match(/<testcase /g)).toHaveLength(clean.suite.objectives.length);
      expect(xml.replaceAll(/"[^"<]*"/g, "")).not.toMatch(/<(?!\/?(?:testsuites|testsuite|testcase|properties|property|failure|error|skipped|system-out)\b|\?xml)|\]\]>/);
    }
  });
});
