import { expect, test } from "vitest";
import { dice, integerBetween, type Dice } from "../base/random.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedStartUs, scriptedTarget } from "./scripted/header.fixture.ts";
import { objectiveSchema } from "../scenario/objective.ts";
import type { RequestEvent } from "../log/event.ts";
import { latency } from "./latency.ts";
import { mayPrint } from "./concepts/percentile.ts";

const target = scriptedTarget({ name: "shop", title: "Shop", nodes: { api: { kind: "process", command: ["shop"] } }, routes: { list: { node: "api", path: "/" } } });
const scenario = scriptedScenario({ name: "x", title: "X", target: "shop", workloads: [{ name: "load", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["list"] }] }], phases: { baseline: "1h" }, stop: "none", rules: [] });
const header = scriptedHeader({ target, suite: scriptedSuite({ name: "gate", title: "Gate", target: "shop", scenarios: ["x"], required: [] }), planned: ["x"] }, scenario);

/** Durations in µs, as systems have them: each a drawing of one. */
const shapes: Readonly<Record<string, (roll: Dice) => number>> = {
  constant: () => 50_000,
  uniform: (roll) => 1 + roll() * 200_000,
  exponential: (roll) => -Math.log(1 - roll()) * 20_000,
  "with a long tail": (roll) => 500 / (1 - roll()) ** 1.5,
  "log-normal": (roll) => Math.exp(9 + Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll())),
  "with two humps": (roll) => (roll() < 0.1 ? 100_000 : 1000) * (1 + roll() / 100),
  "few values": (roll) => 1000 * integerBetween(roll, 1, 5),
  "below a millisecond": (roll) => 1 + roll() * 999,
  "of seconds and minutes": (roll) => 10 ** (3 + roll() * 5.5),
  stalled: (roll) => Math.max(300, 1_000_000 * (1 - roll() * 10)),
};
const seeds = [1, 2, 3, 4, 5];
const quantiles = [0.5, 0.9, 0.95, 0.99, 0.999];
const cases = Object.entries(shapes).flatMap(([shape, draw]) => seeds.map((seed) => ({ shape, draw, seed })));

const requestOf = (tookUs: number, failed: boolean): RequestEvent => ({
  type: "request",
  at: scriptedStartUs + tookUs,
  workload: "load",
  route: "list",
  intendedUs: scriptedStartUs,
  startUs: scriptedStartUs,
  firstByteUs: scriptedStartUs,
  endUs: scriptedStartUs + tookUs,
  status: failed ? 0 : 200,
  outcome: failed ? "timeout" : "ok",
  bytes: 1,
});

test("R15: on 50 distributions, percentiles are within 0.1 % of the sorted samples, and what exceeds a limit is counted exactly", () => {
  expect(cases.length).toBe(50);
  for (const { shape, draw, seed } of cases) {
    const roll = dice(seed, shape);
    const count = integerBetween(roll, 200, 3000);
    const samples = Array.from({ length: count }, () => ({ tookUs: Math.round(draw(roll)), failed: roll() < 0.004 }));
    // A failed request is longer than any other.
    const sorted = samples.map(({ tookUs, failed }) => (failed ? Number.POSITIVE_INFINITY : tookUs)).toSorted((a, b) => a - b);
    for (const quantile of quantiles) {
      // The limit is the time of a sample: those that are exactly as long are within "<=" and beyond "<".
      const limitUs = sorted[integerBetween(roll, 0, Math.floor(count / 2))] ?? 0;
      const op = roll() < 0.5 ? "<" : "<=";
      const seen = ruledOn({ quantile, op, limitUs }, samples);
      const exceeding = sorted.filter((tookUs) => (op === "<" ? tookUs >= limitUs : tookUs > limitUs)).length;
      expect(seen, `${shape} ${seed}`).toMatchObject({ kind: "proportion", bad: exceeding, total: count });
      const exactUs = smallestReaching(sorted, quantile);
      const valueUs = seen.kind === "proportion" && seen.value !== null ? seen.value * 1000 : Number.POSITIVE_INFINITY;
      if (mayPrint(count, quantile) && exactUs < Number.POSITIVE_INFINITY) expect(Math.abs(valueUs - exactUs), `${shape} ${seed} p${quantile}`).toBeLessThanOrEqual(exactUs * 0.001);
      else expect(valueUs).toBe(Number.POSITIVE_INFINITY);
    }
  }
});

/** The smallest value up to which lie at least that share of all, in whole thousandths: no rounding decides. */
function smallestReaching(sorted: readonly number[], quantile: number): number {
  const thousandths = Math.round(quantile * 1000);
  return sorted.find((_value, index) => (index + 1) * 1000 >= thousandths * sorted.length) ?? Number.NaN;
}

function ruledOn({ quantile, op, limitUs }: { quantile: number; op: string; limitUs: number }, samples: readonly { tookUs: number; failed: boolean }[]): ReturnType<ReturnType<typeof latency>["read"]> {
  const spec = { kind: "latency", quantile } as const;
  const objective = objectiveSchema.parse({ id: "X-1", statement: "x", source: { document: "x.md", section: "x" }, kind: "own", indicator: spec, op, limit: limitUs / 1000, unit: "ms" });
  const fold = latency({ spec, objective, header, scenario });
  fold.step({ type: "phase", at: scriptedStartUs, name: "baseline", edge: "begin" });
  for (const { tookUs, failed } of samples) fold.step(requestOf(tookUs, failed));
  return fold.read();
}
