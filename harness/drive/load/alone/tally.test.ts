import { expect, it } from "vitest";
import { dice, integerBetween } from "../../../base/random.ts";
import { requestOutcomes } from "../../../log/event.ts";
import type { RequestRecord } from "../../../log/record.ts";
import { Tally, tallySchema } from "./tally.ts";

function record(outcome: (typeof requestOutcomes)[number], fields: Partial<RequestRecord> = {}): RequestRecord {
  return { workload: 0, route: 0, intendedUs: 1000, startUs: 1500, firstByteUs: 1900, endUs: 2000, outcome: requestOutcomes.indexOf(outcome), status: outcome === "ok" ? 200 : 0, bytes: 10, ...fields };
}

it("adds up exactly, whatever happens: 1,000 seeded runs", () => {
  for (let seed = 0; seed < 1000; seed += 1) {
    const roll = dice(seed, "tally");
    const tally = new Tally({ countFromUs: 0, badFromUs: [1] });
    const count = integerBetween(roll, 0, 60);
    for (let n = 0; n < count; n += 1) tally.record(record(requestOutcomes[integerBetween(roll, 0, requestOutcomes.length - 1)] ?? "ok"), `message ${integerBetween(roll, 0, 3)}`);
    const told = tallySchema.parse(JSON.parse(JSON.stringify(tally.portable())));
    const failures = (wanted: (outcome: string) => boolean): number => told.failures.reduce((sum, failure) => sum + (wanted(failure.outcome) ? failure.count : 0), 0);
    expect(told.offered).toBe(count);
    expect(told.started + told.dropped).toBe(told.offered);
    expect(told.completed + failures((outcome) => outcome !== "dropped")).toBe(told.started);
    expect(failures((outcome) => outcome === "dropped")).toBe(told.dropped);
    expect(told.bad).toEqual([count]);
  }
});

it("what is due before the counting begins is not counted", () => {
  const tally = new Tally({ countFromUs: 1001, badFromUs: [] });
  tally.record(record("ok"), "");
  tally.record(record("ok", { intendedUs: 1001 }), "");
  expect(tally.portable()).toMatchObject({ offered: 1, completed: 1, status: { 200: 1 }, bytesRead: 10 });
});

it("response time counts from when it was due, service time from when it was sent", () => {
  const tally = new Tally({ countFromUs: 0, badFromUs: [] });
  tally.record(record("ok"), "");
  expect(tally.portable()).toMatchObject({ response: { sumUs: 1000 }, service: { sumUs: 500 } });
});

it("over a limit is from that duration on, exactly, and every failure is", () => {
  const tally = new Tally({ countFromUs: 0, badFromUs: [1000, 1001, Number.POSITIVE_INFINITY] });
  tally.record(record("ok"), "");
  expect(tally.portable().bad).toEqual([1, 0, 0]);
  tally.record(record("refused"), "ECONNREFUSED");
  expect(tally.portable().bad).toEqual([2, 1, 1]);
});

it("a thousand different messages take no more room than a hundred, and none is lost", () => {
  const tally = new Tally({ countFromUs: 0, badFromUs: [] });
  for (let n = 0; n < 1000; n += 1) tally.record(record("reset"), `message ${n}`);
  const { failures } = tally.portable();
  expect(failures).toHaveLength(101);
  expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
});
