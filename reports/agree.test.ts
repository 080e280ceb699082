import { describe, expect, it } from "vitest";
import { dice, integerBetween, type Dice } from "../harness/base/random.ts";
import type { Outcome, SuiteObjective } from "../harness/judge/verdict/schema.ts";
import { render, reportFormats } from "./index.ts";
import type { ReportInput } from "./input.ts";
import { standingOf } from "./row.ts";
import { sampleInput, sampleRow } from "./sample.fixture.ts";

const outcomes: readonly Outcome[] = ["pass", "inconclusive", "fail"];
const otherExits = [3, 4, 69, 70, 74, 130];
const sample = sampleInput();

function oneOf<T>(roll: Dice, items: readonly [T, ...T[]]): T {
  return items[integerBetween(roll, 0, items.length - 1)] ?? items[0];
}

function row(roll: Dice, index: number): SuiteObjective {
  const status = oneOf<SuiteObjective["status"]>(roll, ["ruled", "ruled", "information", "not covered"]);
  const required = status !== "information" && roll() < 0.4;
  const outcome = status === "ruled" ? oneOf<Outcome>(roll, ["pass", "pass", "pass", "inconclusive", "fail"]) : null;
  return sampleRow({ objective: `X-${index}`, status, outcome, required, value: roll() < 0.2 ? null : roll() * 100 });
}

/** A suite whose exit code follows from its rows, or from something else that went wrong. */
function generated(seed: number): ReportInput {
  const roll = dice(seed, "agree");
  const objectives = Array.from({ length: integerBetween(roll, 0, 6) }, (_, index) => row(roll, index));
  const worst = Math.max(0, ...objectives.map((objective) => outcomes.findIndex((outcome) => outcome === standingOf(objective))));
  const outcome = outcomes[worst] ?? "pass";
  const special = roll() < 0.25;
  const exitCode = special ? (otherExits[integerBetween(roll, 0, otherExits.length - 1)] ?? 3) : { pass: 0, fail: 1, inconclusive: 2 }[outcome];
  const suite = { ...sample.suite, objectives, outcome, exitCode, headline: `${outcome.toUpperCase()}: because`, incomplete: special ? "stopped" : null };
  return { ...sample, suite, scenarios: [] };
}

describe("all outputs of 1,000 generated runs", () => {
  it("agree on outcome and exit code (R26)", () => {
    const wrong: string[] = [];
    for (let seed = 0; seed < 1000; seed += 1) {
      const input = generated(seed);
      const { outcome, exitCode } = input.suite;
      const word = outcome.toUpperCase();
      const junit = render("junit", input);
      const red = /<failure|<error/.test(junit);
      const json: unknown = JSON.parse(render("json", input));
      const terminal = render("terminal", input);
      const says = {
        junit: red === (exitCode !== 0),
        json: typeof json === "object" && json !== null && Reflect.get(json, "outcome") === outcome && Reflect.get(json, "exitCode") === exitCode,
        terminal: terminal.startsWith(`${word}  `) && terminal.includes(`\nexit ${exitCode} (`),
        markdown: render("md", input).startsWith(`## ${{ pass: "✓", fail: "✗", inconclusive: "?" }[outcome]} ${word}: `),
        html: render("html", input).includes(`<section class="verdict ${outcome}"`),
      };
      for (const [name, agrees] of Object.entries(says)) if (!agrees) wrong.push(`${name} of seed ${seed}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(reportFormats)("%s gives the same bytes for the same input", (format) => {
    expect(render(format, sampleInput())).toBe(render(format, sampleInput()));
  });
});
