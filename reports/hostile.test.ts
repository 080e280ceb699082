import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../harness/base/spawned.fixture.ts";
import { judgeSuite } from "../harness/judge/index.ts";
import { writeHostileRun } from "./hostile-log.fixture.ts";
import { longText, payloads, poisoned, smaller } from "./hostile.fixture.ts";
import { render } from "./index.ts";
import type { ReportInput } from "./input.ts";
import { renderJunit } from "./junit.ts";
import { annotations, renderMarkdown } from "./markdown.ts";
import { sampleInput } from "./sample.fixture.ts";
import { renderTerminal } from "./terminal.ts";

const clean = smaller(sampleInput());
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Every payload in every field of what the judge gives, and in every text of a log's records and definitions. */
const hostile: readonly ReportInput[] = [...payloads.map((_, offset) => poisoned(clean, offset)), ...hostileRuns()];

function hostileRuns(): ReportInput[] {
  using folder = temporaryFolder();
  return payloads.map((_, offset) => {
    const run = join(folder.path, String(offset));
    writeHostileRun(run, offset);
    return judgeSuite(run);
  });
}

describe(`R31: ${payloads.length} hostile texts of the system under test stay text`, () => {
  it("and come as far as the reports", () => {
    const logged = hostile.slice(payloads.length);
    const all = JSON.stringify(logged.map(({ suite, scenarios }) => [suite.objectives, suite.stopped, suite.cleanup, suite.settings, scenarios.map(({ verdict, evidence }) => [verdict, evidence.errors, evidence.output, evidence.processes])]));
    expect(payloads.filter((payload) => !all.includes(JSON.stringify(payload).slice(1, -1)))).toEqual([]);
  });

  it("in a terminal: no control character but the line feeds of our own", () => {
    for (const input of hostile) {
      for (const all of [false, true]) {
        const lines = renderTerminal(input, { color: false, width: 100, all }).split("\n");
        expect(lines.filter((line) => controls.test(line))).toEqual([]);
      }
    }
  });

  it("in JSON: the same when it is read again, and nothing that steers a terminal", () => {
    for (const input of hostile) {
      const text = render("json", input);
      expect(text.split("\n").filter((line) => controls.test(line))).toEqual([]);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(input.suite)));
    }
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
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

  it("in every output: a text of 110,000 characters in every field leaves it readable", () => {
    const one = smaller(sampleInput());
    const few = { ...one, suite: { ...one.suite, objectives: one.suite.objectives.slice(0, 3) } };
    const input = poisoned(few, 0, [longText]);
    expect(renderMarkdown(input).length).toBeLessThan(1024 * 1024);
    expect(renderTerminal(input, { color: false, width: 100, all: false }).split("\n").length).toBeLessThan(60);
    for (const line of annotations(input)) expect(line.length).toBeLessThan(1500);
  });

  it("in annotations: one workflow command a line", () => {
    for (const input of hostile) {
      for (const line of annotations(input)) {
        expect(line).toMatch(/^::(error|warning) title=[^:,\n]*::[^\n]*$/);
        expect(line).not.toMatch(/%(?!25|3A|2C)/);
      }
    }
  });

  it("in JUnit: as many cases as objectives and one for the run, whatever their names close", () => {
    for (const input of hostile) {
      const text = renderJunit(input);
      const xml = text.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, "");
      expect(xml.match(/<testcase /g)).toHaveLength(input.suite.objectives.length + (xml.includes('name="run">') ? 1 : 0));
      expect(xml.replaceAll(/"[^"<]*"/g, "")).not.toMatch(/<(?!\/?(?:testsuites|testsuite|testcase|properties|property|failure|error|skipped|system-out)\b|\?xml)|\]\]>/);
      expect(text.split("\n").filter((line) => controls.test(line))).toEqual([]);
    }
  });
});
