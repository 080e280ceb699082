import { describe, expect, test } from "vitest";
import { composeScenarios } from "../../scenario/compose/compose.ts";
import { parseScenario } from "../../scenario/parse.ts";
import { expectSchema, faultOfAnswer, type Expect } from "../../scenario/route.ts";
import { timelineOf } from "../../scenario/timeline.ts";
import { goodAnswer, shutTimes } from "./control.ts";

describe("a shut door", () => {
  const cut = (id: string, at: string, hold: string): object => ({ id, at, hold, fault: { kind: "link-down", links: ["a-b"] } });
  const shut = (steps: object[], afterHealMs: number): ReturnType<typeof shutTimes> => {
    const written = { name: "s", title: "S", target: "t", workloads: [{ name: "w", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["r"] }] }], phases: { warmUp: "1s", baseline: "4s", recovery: "10s" }, steps, stop: "none", rules: [] };
    const [scenario] = composeScenarios(parseScenario(written), 1);
    if (scenario === undefined) throw new Error("nothing was composed");
    return shutTimes(timelineOf(scenario), afterHealMs);
  };

  test("is shut from just before each healing for as long as it is asked for", () => {
    expect(shut([cut("a", "0s", "2s"), cut("b", "20s", "1s")], 3000)).toEqual([
      { fromMs: 6900, toMs: 10_000 },
      { fromMs: 25_900, toMs: 29_000 },
    ]);
  });

  test("stays shut where two times touch, and opens with the end of the load at the latest", () => {
    expect(shut([cut("b", "4s", "1s"), cut("a", "0s", "2s")], 3000)).toEqual([{ fromMs: 6900, toMs: 13_000 }]);
    expect(shut([cut("a", "0s", "2s")], 60_000)).toEqual([{ fromMs: 6900, toMs: 17_000 }]);
  });
});

test.each<Partial<Expect>>([{}, { json: { status: "healthy" } }, { json: { "checks.store.up": true, "checks.queue": 1, status: "ok" }, status: [204, 200] }, { contains: 'all is "well"' }, { contains: "fine", json: { a: null } }])(
  "a false health answer is what the check takes for good: %j",
  (part) => {
    const expected = expectSchema.parse(part);
    const { status, body } = goodAnswer(expected);
    expect(faultOfAnswer(expected, status, typeof body === "string" ? body : JSON.stringify(body))).toBeNull();
  },
);
