import { describe, expect, test } from "vitest";
import { dice, sample } from "../../base/random.ts";
import type { LogEvent, RunHeader } from "../../log/event.ts";
import { memoryLog } from "../../sli/scripted/store.fixture.ts";
import { damages, type Damage } from "../corpus/damages.fixture.ts";
import { scenarioEvents, syntheticRun } from "../corpus/synthetic.fixture.ts";
import { judgeScenario } from "./scenario.ts";
import type { Verdict } from "./schema.ts";

/** Scenario 0 is `steady`, 1 is `store-outage`: between them they rule on every objective, and as they are all pass. */
const whole = [0, 1].map((index) => scenarioEvents(syntheticRun(), index, {}));

function judged(events: readonly LogEvent[]): Verdict {
  const [header] = events;
  if (header?.type !== "run") throw new Error("a log begins with its header");
  return judgeScenario(memoryLog(header, events)).verdict;
}

/** Objectives that passed although the damage leaves them nothing to stand on. */
function passedAnyway({ starves }: Damage, verdict: Verdict): string[] {
  return verdict.rulings.filter(({ objective, outcome }) => outcome === "pass" && (starves === "all" || starves.includes(objective))).map(({ objective }) => objective);
}

function sameEvents(left: readonly LogEvent[], right: readonly LogEvent[]): boolean {
  return left.length === right.length && left.every((event, index) => JSON.stringify(event) === JSON.stringify(right[index]));
}

test("R24: the whole logs pass, so what the damaged ones show is the damage", () => {
  for (const events of whole) {
    const verdict = judged(events);
    expect(verdict.rulings.filter(({ outcome }) => outcome !== null && outcome !== "pass")).toEqual([]);
    expect(verdict.outcome).toBe("pass");
  }
});

describe("R24: no data is never a pass", () => {
  test.each(damages.map((damage) => [damage.name, damage] as const))("%s", (_name, damage) => {
    const roll = dice(24, damage.name);
    // A fault that is not there cannot be damaged.
    const damaged = whole.map((events) => damage.change(events, roll)).filter((events, index) => !sameEvents(events, whole[index] ?? []));
    const verdicts = damaged.map(judged);
    expect(verdicts.flatMap((verdict) => passedAnyway(damage, verdict))).toEqual([]);
    expect(verdicts.some(({ outcome }) => outcome !== "pass"), "it is noticed").toBe(true);
    if (damage.starves === "all") expect(verdicts.map(({ incomplete }) => incomplete)).not.toContain(null);
  });

  test("whichever two of them come together", () => {
    const roll = dice(24, "pairs");
    for (let round = 0; round < 16; round += 1) {
      const [first, second] = sample(roll, damages, 2);
      const [, outage] = whole;
      if (first === undefined || second === undefined || outage === undefined) throw new RangeError("there are two runs and more than two damages");
      const verdict = judged(second.change(first.change(outage, roll), roll));
      expect([...passedAnyway(first, verdict), ...passedAnyway(second, verdict)], `${first.name}; ${second.name}`).toEqual([]);
    }
  });
});

describe("R13: a wall clock that steps by an hour", () => {
  const at = (header: RunHeader, hours: number): RunHeader => ({ ...header, startedAtUnixMs: header.startedAtUnixMs + hours * 3_600_000 });

  test.each([1, -1])("%i h: changes no duration and no ruling", (hours) => {
    for (const [header, ...rest] of whole) {
      if (header?.type !== "run") throw new Error("a log begins with its header");
      const { startedAt, ...others } = judged([at(header, hours), ...rest]);
      const { startedAt: before, ...same } = judged([header, ...rest]);
      expect(others).toEqual(same);
      expect(startedAt).not.toBe(before);
    }
  });
});
